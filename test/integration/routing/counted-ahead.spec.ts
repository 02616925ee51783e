import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { RedisClient } from '@turnpike/persistence/redis/redis-client';
import { RedisGroupStore } from '@turnpike/routing/adapters/redis/redis-group-store';
import type { Entry } from '@turnpike/routing/domain/group/group-state';
import { until } from '@turnpike/testing';
import { freshPrefix, REDIS_URL, removeAll } from '../continuity/open-gateway';

const prefix = freshPrefix();
const opened: { close(): Promise<void> }[] = [];
const spy = new Redis(REDIS_URL);

async function openStore(): Promise<RedisGroupStore> {
  const client = new RedisClient(REDIS_URL, { onState: () => undefined, limitMs: 5_000 });
  await client.whenUsable(5_000);
  const store = new RedisGroupStore(client, { prefix, decisionLimitMs: 5_000 });
  opened.push(client, store);
  await until(() => store.isShared);
  return store;
}

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
let calls = 0;

const entryUnder = (limits: Entry['limits']): Entry => ({
  place: { credentialId: 'c', model: 'm' },
  lease: `lease-${++calls}`,
  demand: { inputTokens: 10, outputTokens: 10 },
  limits,
  force: false,
});

/** Ten lanes of calls for so long; how many were let in. */
async function press(store: RedisGroupStore, group: string, ms: number, rpm: number): Promise<number> {
  const limits = { rpm, tpm: 100_000_000 };
  const endMs = Date.now() + ms;
  let entered = 0;
  const lane = async (): Promise<void> => {
    while (Date.now() < endMs) {
      const nowMs = Date.now();
      const taken = entryUnder(limits);
      const answer = await store.enter(group, taken, nowMs);
      if (answer.kind === 'entered') {
        entered++;
        const event = { kind: 'settled', lease: taken.lease, ageMs: 0, tokens: 0, requests: 0 } as const;
        store.report(group, event, true, nowMs);
      }
      await sleep(10);
    }
  };
  await Promise.all(Array.from({ length: 10 }, lane));
  return entered;
}

const used = async (group: string): Promise<number> => {
  const state = (await opened.find((one) => one instanceof RedisGroupStore)?.list(Date.now()))?.get(
    group,
  )?.state;
  return sum(state?.minute.map(({ requests }) => requests) ?? []);
};

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});
afterAll(async () => {
  await removeAll(prefix);
  await spy.quit();
});

it('of many calls few ask, and what was not used is free again', async () => {
  const stores = [await openStore(), await openStore(), await openStore()];
  const scripts = async (): Promise<number> =>
    Number(/cmdstat_evalsha:calls=(\d+)/.exec(await spy.info('commandstats'))?.[1] ?? 0);
  const before = await scripts();
  const entered = sum(await Promise.all(stores.map((store) => press(store, 'g', 1_000, 1_000_000))));
  // What else is asked, also by others on this server, is in it too.
  expect((await scripts()) - before).toBeLessThan(entered / 2);
  // Within a turn or two all that was counted has been used or given back.
  await until(async () => (await used('g')) === entered, { limitMs: 5_000, what: 'that all is given back' });
});

it('nobody exceeds the limit by it, and nothing of it is lost', async () => {
  const stores = [await openStore(), await openStore(), await openStore()];
  const entered = sum(await Promise.all(stores.map((store) => press(store, 'i', 5_000, 2_000))));
  expect(entered).toBe(2_000);
}, 30_000);

it('a replica that leaves gives back what it had counted', async () => {
  const [store, other] = [await openStore(), await openStore()];
  const entered = await press(store, 'h', 700, 1_000_000);
  await store.close();
  opened.splice(opened.indexOf(store), 1);
  await other.refresh();
  const view = (await other.list(Date.now())).get('h');
  expect(sum(view?.state.minute.map(({ requests }) => requests) ?? [])).toBe(entered);
});
