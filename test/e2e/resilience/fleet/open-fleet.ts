import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mintKey } from '@turnpike/identity';
import { createTestDatabase, freePorts } from '@turnpike/testing';
import { Agent } from 'undici';
import {
  createMockUpstream,
  type MockUpstream,
  type MockUpstreamOptions,
} from '../../../../apps/mock-upstream/src/mock-upstream';
import { cleanEnvironment } from '../../boot-gateway';
import { RedisServer } from './redis-server';
import { Program } from './start-program';

const ROOT = path.resolve(__dirname, '../../../..');
const START_LIMIT_MS = 60_000;

/** One of the gateway processes. */
export interface Replica {
  readonly url: string;
  readonly isAlive: () => boolean;
  /** Everything that its process printed. */
  readonly output: () => string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** A new process on the same port. */
  restart(): Promise<void>;
}

/** Gateways that share a configuration, a database and a Redis, and providers behind them. */
export interface Fleet {
  readonly replicas: readonly Replica[];
  readonly mocks: Readonly<Record<string, MockUpstream>>;
  readonly key: string;
  /** undefined: each gateway is alone with what it knows. */
  readonly redis: RedisServer | undefined;
  /** The connections of all clients. */
  readonly agent: Agent;
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly mocks: Readonly<Record<string, Omit<MockUpstreamOptions, 'name'>>>;
  readonly config: (mocks: Readonly<Record<string, MockUpstream>>) => unknown;
  /** Default: 3. */
  readonly gateways?: number;
  /** Default: there is one. */
  readonly redis?: boolean;
}

/** The mock of that name. @throws when the fleet has none. */
export function mockOf({ mocks }: Pick<Fleet, 'mocks'>, name: string): MockUpstream {
  const mock = mocks[name];
  if (!mock) throw new Error(`no provider named ${name} behind this fleet`);
  return mock;
}

/** What a test does to its fleet on purpose, as gateways tell it. */
const EXPECTED = ['Redis does not answer', 'refuses a credential'];

/** What else the gateways complained about. */
export const troublesOf = ({ replicas }: Pick<Fleet, 'replicas'>): string[] =>
  replicas
    .flatMap(({ output }) => output().split('\n'))
    .filter((line) => line.includes('"level":"error"') && !EXPECTED.some((words) => line.includes(words)));

const isReady = async (opsPort: number): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${opsPort}/readyz`)).ok;

async function launch(
  name: 'gateway' | 'admin',
  env: NodeJS.ProcessEnv,
  [port, opsPort]: readonly [number, number],
): Promise<Program> {
  const entry = path.join(ROOT, `dist/apps/${name}/src/main.js`);
  if (!existsSync(entry)) throw new Error('dist/ holds no product: run `npm run build` first');
  const ports = { PORT: String(port), ADMIN_PORT: String(port), OPS_PORT: String(opsPort) };
  const program = await Program.start(name, process.execPath, [entry], { ...env, ...ports });
  await program.ready(() => isReady(opsPort), START_LIMIT_MS);
  return program;
}

async function startReplica(env: NodeJS.ProcessEnv): Promise<Replica & { stop(): Promise<void> }> {
  const [port = 0, opsPort = 0] = await freePorts(2);
  let program = await launch('gateway', env, [port, opsPort]);
  return {
    url: `http://127.0.0.1:${port}`,
    isAlive: () => !program.hasEnded,
    output: () => program.output,
    kill: () => program.kill(),
    restart: async () => {
      program = await launch('gateway', env, [port, opsPort]);
    },
    stop: () => program.stop(),
  };
}

/** A key for everything, made as a platform team makes one; the control plane is not needed after that. */
async function makeKey(env: NodeJS.ProcessEnv, adminKey: string): Promise<string> {
  const [port = 0, opsPort = 0] = await freePorts(2);
  const admin = await launch('admin', env, [port, opsPort]);
  try {
    const post = async (resource: string, body: object): Promise<unknown> => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${resource}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`POST ${resource}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    };
    await post('people', { email: 'load@example.com' });
    const minted = (await post('keys', { owner: 'load@example.com' })) as { readonly key: string };
    return minted.key;
  } finally {
    await admin.stop();
  }
}

/** Starts providers, Redis and gateways. Whatever fails, what was started before is ended. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const ends: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end().catch(() => undefined);
  };
  try {
    return await open(options, ends, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function startMocks(options: FleetOptions['mocks']): Promise<Record<string, MockUpstream>> {
  const named = Object.entries(options).map(
    async ([name, rest]) =>
      [name, await createMockUpstream({ paceMs: 0, journalLimit: 100_000, ...rest, name })] as const,
  );
  return Object.fromEntries(await Promise.all(named));
}

async function open(
  { gateways = 3, ...options }: FleetOptions,
  ends: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<Fleet> {
  const folder = mkdtempSync(path.join(tmpdir(), 'turnpike-fleet-'));
  ends.push(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
  const mocks = await startMocks(options.mocks);
  ends.push(() => Promise.all(Object.values(mocks).map((mock) => mock.close())));
  const database = await createTestDatabase();
  ends.push(() => database.drop());
  const redis = options.redis === false ? undefined : await RedisServer.open();
  if (redis) ends.push(() => redis.close());
  const configFile = path.join(folder, 'turnpike.yaml');
  writeFileSync(configFile, JSON.stringify(options.config(mocks), null, 2));
  const adminKey = mintKey('admin');
  const env = {
    ...cleanEnvironment(),
    TURNPIKE_ADMIN_KEY: adminKey,
    TURNPIKE_CONFIG: configFile,
    TURNPIKE_DATA_DIR: folder,
    TURNPIKE_KEY_PEPPER: randomBytes(48).toString('base64'),
    TURNPIKE_SECRET_KEYS: randomBytes(32).toString('base64'),
    DATABASE_URL: database.connectionString,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    ...(redis ? { REDIS_URL: redis.url } : {}),
  };
  const starting = Array.from({ length: gateways }, async () => {
    const replica = await startReplica(env);
    ends.push(() => replica.stop());
    return replica;
  });
  const settled = await Promise.allSettled([makeKey(env, adminKey), ...starting]);
  for (const each of settled) if (each.status === 'rejected') throw each.reason;
  const agent = new Agent({ pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  ends.push(() => agent.destroy());
  return { replicas: await Promise.all(starting), mocks, key: await keyOf(settled[0]), redis, agent, close };
}

const keyOf = (settled: PromiseSettledResult<unknown> | undefined): Promise<string> =>
  settled?.status === 'fulfilled' && typeof settled.value === 'string'
    ? Promise.resolve(settled.value)
    : Promise.reject(new Error('no key was made'));
