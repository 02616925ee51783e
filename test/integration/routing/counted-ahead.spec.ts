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

const RPM = 3_000;
const LIMITS = { rpm: RPM, tpm: 1_000_000 };
let calls = 0;

const entry = (): Entry => ({
  place: { credentialId: 'c', model: 'm' },
  lease: `lease-${++calls}`,
  demand: { inputTokens: 10, outputTokens: 10 },
  limits: LIMITS,
  force: false,
});

/** Ten lanes of calls for so long; how many were let in. */
async function press(store: RedisGroupStore, group: string, ms: number): Promise<number> {
  const endMs = Date.now() + ms;
  let entered = 0;
  const lane = async (): Promise<void> => {
    while (Date.now() < endMs) {
      const nowMs = Date.now();
      const taken = entry();
      const answer = await store.enter(group, taken, nowMs);
      if (answer.kind === 'entered') {
        entered++;
        const event = { kind: 'settled', lease: taken.lease, ageMs: 0, tokens: 0, requests: 0 } as const;
        store.report(group, event, true, nowMs);
      }
      await sleep(2);
    }
  };
  await Promise.all(Array.from({ length: 10 }, lane));
  return entered;
}

const used = async (group: string): Promise<number> => {
  const state = (await opened.find((one) => one instanceof RedisGroupStore)?.list(Date.now()))?.get(
    group,
  )?.state;
  return state?.minute.reduce((sum, { requests }) => sum + requests, 0) ?? 0;
};

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});
afterAll(async () => {
  await removeAll(prefix);
  await spy.quit();
});

it('of many calls few ask, nobody exceeds the limit, and what was not used is free again', async () => {
  const stores = [await openStore(), await openStore(), await openStore()];
  const asked = { before: 0, after: 0 };
  const scripts = async (): Promise<number> =>
    Number(/cmdstat_evalsha:calls=(\d+)/.exec(await spy.info('commandstats'))?.[1] ?? 0);
  asked.before = await scripts();
  const first = await Promise.all(stores.map((store) => press(store, 'g', 700)));
  asked.after = await scripts();
  const entered = first.reduce((a, b) => a + b, 0);
  expect(entered).toBeGreaterThan(500);
  // What others on this server asked meanwhile is in it too.
  expect(asked.after - asked.before).toBeLessThan(entered);
  // Within a turn or two all that was counted has been used or given back.
  await until(async () => (await used('g')) === entered, { limitMs: 3_000, what: 'that all is given back' });
  const rest = await Promise.all(stores.map((store) => press(store, 'g', 4_000)));
  const all = entered + rest.reduce((a, b) => a + b, 0);
  expect(all).toBeLessThanOrEqual(RPM);
  expect(all).toBeGreaterThan(RPM - 3);
});

it('a replica that leaves gives back what it had counted', async () => {
  const [store, other] = [await openStore(), await openStore()];
  const entered = await press(store, 'h', 700);
  await store.close();
  opened.splice(opened.indexOf(store), 1);
  await other.refresh();
  const view = (await other.list(Date.now())).get('h');
  expect(view?.state.minute.reduce((sum, { requests }) => sum + requests, 0)).toBe(entered);
});
