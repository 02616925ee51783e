import { freePort, until } from '@turnpike/testing';
import { RedisClient } from '@turnpike/persistence/redis/redis-client';
import { TcpProxy } from '../ledger/tcp-proxy';
import { freshPrefix, REDIS_URL, removeAll } from './open-gateway';

const prefix = freshPrefix();
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});
afterAll(() => removeAll(prefix));

interface Subject {
  readonly client: RedisClient;
  readonly states: { readonly answers: boolean; readonly error?: Error }[];
}

function open(url: string): Subject {
  const states: Subject['states'] = [];
  const client = new RedisClient(url, { onState: (answers, error) => states.push({ answers, error }) });
  opened.push(client);
  return { client, states };
}

async function openBehindProxy(): Promise<Subject & { readonly proxy: TcpProxy }> {
  const { hostname, port, pathname } = new URL(REDIS_URL);
  const proxy = new TcpProxy(hostname, Number(port || 6379));
  const url = `redis://127.0.0.1:${await proxy.listen()}${pathname}`;
  opened.push(proxy);
  const subject = open(url);
  await subject.client.whenUsable(5_000);
  return { ...subject, proxy };
}

const write = (client: RedisClient, value = 'x') =>
  client.ask((redis) => redis.set(`${prefix}key`, value, 'PX', 60_000));
const read = (client: RedisClient) => client.ask((redis) => redis.get(`${prefix}key`));
const UNKNOWN = { ok: false };

describe('RedisClient', () => {
  it('answers, without a word about its first connection', async () => {
    const { client, states } = await openBehindProxy();
    expect(await write(client, 'hello')).toEqual({ ok: true, value: 'OK' });
    expect(await read(client)).toEqual({ ok: true, value: 'hello' });
    expect([client.usable, states]).toEqual([true, []]);
  });

  it('waits no longer than it is told, and then not at all', async () => {
    const { client, proxy, states } = await openBehindProxy();
    await write(client);
    proxy.fallSilent();
    const startedAt = performance.now();
    for (let i = 0; i < 3; i++) expect(await read(client)).toEqual(UNKNOWN);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(states).toEqual([{ answers: false, error: expect.any(Error) as Error }]);
    const refusedAt = performance.now();
    for (let i = 0; i < 100; i++) expect(await read(client)).toEqual(UNKNOWN);
    expect(performance.now() - refusedAt).toBeLessThan(300);
    expect(states).toHaveLength(1);
  });

  it.each<[string, (proxy: TcpProxy) => void]>([
    ['was silent', (proxy) => proxy.fallSilent()],
    ['was away', (proxy) => proxy.goAway()],
  ])('comes back by itself after the server %s', async (_, leave) => {
    const { client, proxy, states } = await openBehindProxy();
    await write(client, 'before');
    leave(proxy);
    await until(async () => !(await read(client)).ok && !client.usable);
    proxy.comeBack();
    await until(async () => (await read(client)).ok, { limitMs: 10_000, what: 'an answer' });
    expect(await read(client)).toEqual({ ok: true, value: 'before' });
    expect(states.map(({ answers }) => answers)).toEqual([false, true]);
  });

  it('lives through single cuts of its connection', async () => {
    const { client, proxy } = await openBehindProxy();
    for (let i = 0; i < 3; i++) {
      proxy.cut();
      await until(async () => (await write(client)).ok, { limitMs: 5_000, what: 'an answer' });
    }
  });

  it('delays nothing where there is no server, and says so once', async () => {
    const { client, states } = open(`redis://127.0.0.1:${await freePort()}`);
    const startedAt = performance.now();
    for (let i = 0; i < 50; i++) expect(await read(client)).toEqual(UNKNOWN);
    expect(performance.now() - startedAt).toBeLessThan(300);
    await client.whenUsable(100);
    await until(() => states.length > 0);
    await client.whenUsable(500);
    expect(states.map(({ answers }) => answers)).toEqual([false]);
    expect(String(states[0]?.error)).toContain('ECONNREFUSED');
  });

  it('takes an error of the server for no answer', async () => {
    const { client } = await openBehindProxy();
    expect(
      await client.ask((redis) => redis.lpush(`${prefix}list`, 'x').then(() => redis.get(`${prefix}list`))),
    ).toEqual(UNKNOWN);
    expect(await write(client)).toEqual({ ok: true, value: 'OK' });
  });

  it('finishes what is under way when it is closed, and asks nothing afterwards', async () => {
    const { client } = await openBehindProxy();
    const last = write(client, 'last');
    await client.close();
    expect(await last).toEqual({ ok: true, value: 'OK' });
    expect(await read(client)).toEqual(UNKNOWN);
  });

  it('never shows its password', async () => {
    const port = await freePort();
    const { client, states } = open(`redis://:hunter2secret@127.0.0.1:${port}`);
    await client.whenUsable(300);
    await until(() => states.length > 0);
    expect(JSON.stringify(states.map(({ error }) => [String(error), { ...error }]))).not.toContain(
      'hunter2secret',
    );
  });
});
