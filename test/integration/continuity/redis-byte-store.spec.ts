import { setTimeout as sleep } from 'node:timers/promises';
import { describeByteStore } from '@turnpike/continuity/adapters/byte-store.contract';
import { RedisByteStore } from '@turnpike/continuity/adapters/redis-byte-store';
import { RedisClient } from '@turnpike/persistence/redis/redis-client';
import { freshPrefix, readAll, REDIS_URL, removeAll } from './open-gateway';

const prefix = freshPrefix();
let client: RedisClient;

beforeAll(async () => {
  client = new RedisClient(REDIS_URL, { onState: () => undefined });
  await client.whenUsable(5_000);
});

afterAll(async () => {
  await client.close();
  await removeAll(prefix);
});

describeByteStore('redis', () =>
  Promise.resolve({ store: new RedisByteStore(client, prefix), wait: (ms) => sleep(ms) }),
);

it('says when something could not be kept, and keeps the rest', async () => {
  const store = new RedisByteStore(client, prefix);
  expect(await store.setMany([{ name: 'a', bytes: Buffer.from('x') }], 60_000)).toBe(true);
  expect(await store.setMany([{ name: 'b', bytes: Buffer.from('x') }], -1)).toBe(false);
  expect([...(await readAll(prefix)).keys()]).toContain(`${prefix}a`);
});
