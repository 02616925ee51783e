import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisClient } from '@turnpike/persistence/redis/redis-client';
import { RedisSessionPlaces } from '@turnpike/routing/adapters/redis-session-places';
import { describeSessionPlaces } from '@turnpike/routing/adapters/session-places.contract';
import { freshPrefix, lifetimes, readAll, REDIS_URL, removeAll } from '../continuity/open-gateway';

/** Counts what goes to the server. */
class CountingClient extends RedisClient {
  asked = 0;

  override ask: RedisClient['ask'] = (command, limitMs) => {
    this.asked++;
    return super.ask(command, limitMs);
  };
}

const TTL_MS = 60_000;
const A = { credentialId: 'a/k1', model: 'm' };
const B = { credentialId: 'b/k1', model: 'm' };
const keyOf = (): string => randomBytes(32).toString('base64url');
const prefix = freshPrefix();
const opened: RedisClient[] = [];

async function openReplica(url = REDIS_URL): Promise<{ client: CountingClient; places: RedisSessionPlaces }> {
  const client = new CountingClient(url, { onState: () => undefined });
  opened.push(client);
  if (url === REDIS_URL) await client.whenUsable(5_000);
  return { client, places: new RedisSessionPlaces(client, { prefix }) };
}

afterAll(async () => {
  await Promise.all(opened.map((client) => client.close()));
  await removeAll(prefix);
});

describeSessionPlaces('redis', async () => ({
  places: (await openReplica()).places,
  wait: (ms) => sleep(ms),
}));

describe('replicas', () => {
  it('share what one of them has remembered, from the next turn of its event loop on', async () => {
    const [one, other] = [await openReplica(), await openReplica()];
    const key = keyOf();
    for (const place of [A, B, A]) {
      one.places.remember(key, place, TTL_MS);
      await new Promise((resolve) => setImmediate(resolve));
      expect(await other.places.find(key)).toEqual(place);
    }
  });

  it('go by the latest move, whoever made it', async () => {
    const [one, other] = [await openReplica(), await openReplica()];
    const key = keyOf();
    one.places.remember(key, A, TTL_MS);
    await sleep(30);
    other.places.remember(key, B, TTL_MS);
    await sleep(30);
    expect(await one.places.find(key)).toEqual(B);
  });

  it('outlive each other: what was remembered stays when its writer ends', async () => {
    const [one, other] = [await openReplica(), await openReplica()];
    const key = keyOf();
    one.places.remember(key, A, TTL_MS);
    await one.places.close();
    await one.client.close();
    expect(await other.places.find(key)).toEqual(A);
    expect(Math.min(...(await lifetimes(prefix)))).toBeGreaterThan(0);
  });

  it('hold no name of a session in the open, and one value each', async () => {
    const { places } = await openReplica();
    const key = keyOf();
    places.remember(key, A, TTL_MS);
    await places.close();
    expect((await readAll(prefix)).get(prefix + key)?.toString()).toBe('["a/k1","m"]');
  });
});

describe('writes', () => {
  it('of sessions that stay where they are leave together', async () => {
    const { client, places } = await openReplica();
    const keys = Array.from({ length: 50 }, keyOf);
    for (const key of keys) places.remember(key, A, TTL_MS);
    await sleep(40);
    expect(client.asked).toBe(1);
    for (const key of keys) {
      places.remember(key, A, TTL_MS);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await sleep(40);
    expect(client.asked).toBeLessThanOrEqual(4);
  });
});

it('answers from its own memory, without an error and without a pause, while Redis is away', async () => {
  const { places } = await openReplica('redis://127.0.0.1:1');
  const key = keyOf();
  places.remember(key, A, TTL_MS);
  const startedAtMs = performance.now();
  expect([await places.find(key), await places.find(keyOf())]).toEqual([A, undefined]);
  expect(performance.now() - startedAtMs).toBeLessThan(150);
  await places.close();
});

it('takes what it cannot read for nothing', async () => {
  const { client, places } = await openReplica();
  const key = keyOf();
  for (const text of ['{', '7', '[]', '["a"]', '["a",5]', 'null'])
    await client
      .ask((redis) => redis.set(prefix + key, text))
      .then(async () => {
        expect(await places.find(key)).toBeUndefined();
      });
});
