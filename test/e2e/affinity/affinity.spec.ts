import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEmptyDatabase, freePorts, until, type TestDatabase } from '@turnpike/testing';
import { createMockUpstream, type MockUpstream } from '../../../apps/mock-upstream/src/mock-upstream';
import { bootGateway, type GatewayProcess } from '../boot-gateway';
import { providerEntry } from '../stage/gateway-config';

const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const TURNS = 50;
/** Names of their own: what is known of a target is shared through Redis. */
const RUN = randomBytes(4).toString('hex');
const NAMES = ['a', 'b', 'c'].map((name) => `${name}-${RUN}`);

let folder: string;
let database: TestDatabase;
let mocks: readonly MockUpstream[];
let gateways: GatewayProcess[];

function configOf(): object {
  const targets = NAMES.map((provider) => ({ provider, model: 'm' }));
  const entries = NAMES.flatMap((name, i) => {
    const mock = mocks[i];
    return mock ? [[name, providerEntry(mock, 'messages')] as const] : [];
  });
  return {
    providers: Object.fromEntries(entries),
    models: { main: { strategy: 'round-robin', targets } },
    unpriced: 'allow',
  };
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'turnpike-affinity-'));
  chmodSync(folder, 0o711);
  database = await createEmptyDatabase();
  mocks = await Promise.all(NAMES.map((name) => createMockUpstream({ name, paceMs: 0 })));
  const configFile = path.join(folder, 'turnpike.yaml');
  writeFileSync(configFile, JSON.stringify(configOf()));
  const env = { REDIS_URL, TURNPIKE_KEY_PEPPER: randomBytes(24).toString('hex') };
  gateways = [];
  for (const name of ['one', 'two', 'three']) {
    const ports = await freePorts(3);
    const boot = { configFile, dataDir: path.join(folder, name), ports, env };
    gateways.push(await bootGateway({ ...boot, databaseUrl: database.connectionString }));
  }
}, 120_000);

afterAll(async () => {
  await Promise.all((gateways ?? []).filter((each) => each.isRunning()).map((each) => each.stop()));
  await Promise.all((mocks ?? []).map((mock) => mock.close()));
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

interface Told {
  readonly status: number;
  readonly provider: string | null;
  readonly warnings: string | null;
}

/** One streamed turn of an agent that gives its session no name. */
async function sayTurn(gateway: GatewayProcess, turn: number): Promise<Told> {
  const earlier = Array.from({ length: turn }, (_, n) => [
    { role: 'user', content: n === 0 ? `Conversation ${RUN}` : `Go on ${n}` },
    { role: 'assistant', content: `Answer ${n}` },
  ]).flat();
  const last = { role: 'user', content: turn === 0 ? `Conversation ${RUN}` : `Go on ${turn}` };
  const response = await fetch(`${gateway.ready.gateway}/v1/messages`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      authorization: `Bearer ${gateways[0]?.ready.developerKey ?? ''}`,
    },
    body: JSON.stringify({ model: 'main', max_tokens: 64, stream: true, messages: [...earlier, last] }),
  });
  await response.text();
  const { status, headers } = response;
  return {
    status,
    provider: headers.get('x-turnpike-provider'),
    warnings: headers.get('x-turnpike-warnings'),
  };
}

it(`a conversation of ${TURNS} turns over three gateways outlives one of them, moves when its target cools, and says so`, async () => {
  const told: Told[] = [];
  const talk = async (turns: number): Promise<void> => {
    while (told.length < turns) {
      const alive = gateways.filter((gateway) => gateway.isRunning());
      const gateway = alive[told.length % alive.length];
      if (!gateway) throw new Error('no gateway is left');
      told.push(await sayTurn(gateway, told.length));
    }
  };
  const half = TURNS / 2;
  await talk(half - 10);
  gateways[0]?.kill();
  await until(() => gateways[0]?.isRunning() === false, { limitMs: 5_000, what: 'the end of a gateway' });
  await talk(half);
  const [first] = told;
  const at = NAMES.indexOf(first?.provider ?? '');
  mocks[at]?.script([{ plan: { fault: '429', limit: 'seconds', waitMs: 60_000 } }]);
  await talk(TURNS);
  expect(told.map(({ status }) => status)).toEqual(told.map(() => 200));
  const moved = told[half];
  expect(moved?.warnings).toBe('session_moved');
  expect(moved?.provider).not.toBe(first?.provider);
  expect(told.map(({ provider }) => provider)).toEqual(
    told.map((_, turn) => (turn < half ? first : moved)?.provider),
  );
  expect(told.filter(({ warnings }) => warnings !== null)).toEqual([moved]);
}, 60_000);
