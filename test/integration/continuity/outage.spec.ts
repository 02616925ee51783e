import { until } from '@turnpike/testing';
import { createMockUpstream, type MockUpstream } from '../../../apps/mock-upstream/src/mock-upstream';
import { TcpProxy } from '../ledger/tcp-proxy';
import {
  freshPrefix,
  freshSecret,
  openGateway,
  REDIS_URL,
  removeAll,
  type TestGateway,
} from './open-gateway';

jest.setTimeout(30_000);

let mock: MockUpstream;
let proxy: TcpProxy;
let gateway: TestGateway;
let redis: { url: string; prefix: string };
const secretKeys = [freshSecret()];

const config = (): object => ({
  providers: {
    chat: {
      use: 'openai-compatible',
      baseUrl: `${mock.url}/v1`,
      allowPrivateNetwork: true,
      credentials: [{ name: 'c', apiKey: 'k1' }],
    },
    gemini: {
      use: 'gemini',
      baseUrl: mock.url,
      allowPrivateNetwork: true,
      credentials: [{ name: 'c', apiKey: 'k1' }],
    },
  },
  models: {
    chat: { targets: [{ provider: 'chat', model: 'demo' }] },
    gemini: { targets: [{ provider: 'gemini', model: 'gemini-3-pro-preview' }] },
  },
  passthrough: { enabled: true },
  prices: { overrides: [] },
  unpriced: 'allow',
});

beforeEach(async () => {
  mock = await createMockUpstream({ models: ['demo', 'gemini-3-pro-preview'], paceMs: 0 });
  const { hostname, port, pathname } = new URL(REDIS_URL);
  proxy = new TcpProxy(hostname, Number(port || 6379));
  redis = { url: `redis://127.0.0.1:${await proxy.listen()}${pathname}`, prefix: freshPrefix() };
  gateway = await openGateway({ config: config(), secretKeys, redis });
});

afterEach(async () => {
  expect(gateway.defects).toEqual([]);
  await gateway.close();
  await proxy.close();
  await mock.close();
  await removeAll(redis.prefix);
});

const respond = (more: object) =>
  gateway
    .client()
    .responses.create({ model: 'chat', input: 'hello', ...more } as never) as unknown as Promise<{
    id: string;
  }>;

/** An agent's second step, with a call whose reasoning the client has dropped. */
const step = () =>
  gateway.client().chat.completions.create({
    model: 'gemini',
    messages: [
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'seen' },
    ],
    tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }],
  });

const OUTAGES: readonly (readonly [string, () => void])[] = [
  ['is killed', () => proxy.goAway()],
  ['hangs', () => proxy.fallSilent()],
];

describe.each(OUTAGES)('while Redis %s', (_, leave) => {
  it('calls go on, none of them delayed, and one line says so', async () => {
    await respond({});
    leave();
    const startedAt = performance.now();
    for (let i = 0; i < 20; i++) {
      await step();
      await respond({});
    }
    // Some calls wait for 50 ms each, until nobody asks any more.
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(gateway.ledger.calls.every(({ state }) => state === 'succeeded')).toBe(true);
    const told = gateway.log.filter((line) => line.includes('Redis does not answer'));
    expect(told).toHaveLength(1);
  });

  it('a conversation is refused as unavailable, not as unknown, and goes on afterwards', async () => {
    const first = await respond({});
    await until(() => gateway.client().responses.retrieve(first.id));
    leave();
    const going = { previous_response_id: first.id, input: 'go on' };
    await expect(respond(going)).rejects.toMatchObject({
      status: 503,
      error: { turnpike: { reason: 'store_unavailable', layer: 'gateway' } },
    });
    await expect(gateway.client().responses.retrieve(first.id)).rejects.toMatchObject({ status: 503 });
    await expect(gateway.client().responses.delete(first.id)).rejects.toMatchObject({ status: 503 });
    proxy.comeBack();
    await until(() => respond(going), { limitMs: 10_000, what: 'the conversation' });
    expect(gateway.log.at(-1)).toBe('Redis answers again');
  });
});

it('a gateway starts without Redis, and uses it once it is there', async () => {
  proxy.goAway();
  const startedAt = performance.now();
  const late = await openGateway({ config: config(), secretKeys, redis });
  try {
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    const ask = (more: object) =>
      late
        .client()
        .responses.create({ model: 'chat', input: 'hello', ...more } as never) as unknown as Promise<{
        id: string;
      }>;
    await ask({});
    proxy.comeBack();
    await until(async () => ask({ previous_response_id: (await ask({})).id }), { limitMs: 10_000 });
  } finally {
    await late.close();
  }
});

it('a gateway without Redis remembers by itself', async () => {
  const alone = await openGateway({ config: config(), secretKeys });
  try {
    const { responses } = alone.client();
    const first = await responses.create({ model: 'chat', input: 'the word is rhubarb' });
    await responses.create({ model: 'chat', input: 'go on', previous_response_id: first.id });
    expect(JSON.stringify(mock.journal.entries.at(-1)?.body)).toContain('rhubarb');
    expect((await responses.retrieve(first.id)).id).toBe(first.id);
  } finally {
    await alone.close();
  }
});
