import { RedisClient } from '@turnpike/persistence/redis/redis-client';
import { describeGroupStore } from '@turnpike/routing/adapters/group-store.contract';
import { RedisGroupStore } from '@turnpike/routing/adapters/redis/redis-group-store';
import { freshPrefix, REDIS_URL, removeAll } from '../continuity/open-gateway';

const prefix = freshPrefix();
const opened: { close(): Promise<void> }[] = [];

async function openStore(clock?: () => number): Promise<RedisGroupStore> {
  const client = new RedisClient(REDIS_URL, { onState: () => undefined, limitMs: 5_000 });
  await client.whenUsable(5_000);
  const store = new RedisGroupStore(client, { prefix, clock });
  opened.push(client, store);
  await store.ready([], Date.now());
  return store;
}

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});
afterAll(() => removeAll(prefix));

describeGroupStore('redis', async () => {
  let nowMs = 1_790_000_000_000;
  const [one, other] = [await openStore(() => nowMs), await openStore(() => nowMs)];
  return {
    one,
    other,
    nowMs: () => nowMs,
    pass: (ms) => {
      nowMs += ms;
    },
    sync: async () => {
      await Promise.all([one.flush(), other.flush()]);
      await Promise.all([one.refresh(), other.refresh()]);
    },
  };
});
