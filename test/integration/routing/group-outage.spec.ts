import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisGroupStore } from '@turnpike/routing/adapters/redis/redis-group-store';
import type { Entry } from '@turnpike/routing/domain/group/group-state';
import type { FailureNote } from '@turnpike/routing/domain/group/place';
import { until } from '@turnpike/testing';
import { RedisServer } from '../../e2e/resilience/fleet/redis-server';
import { enter, PLACE, Replicas } from './replicas';

const OUTAGE_MS = 2_500;

let server: RedisServer;
const stage = new Replicas();

beforeAll(async () => {
  server = await RedisServer.open();
});
afterAll(() => server.close());
afterEach(async () => {
  await stage.close();
});

const stated = (waitMs: number): FailureNote => ({
  class: 'rate_minute',
  scope: 'credential',
  provenance: 'authoritative',
  waitMs,
  readable: true,
});

const fail = (store: RedisGroupStore, group: string, note: FailureNote): void =>
  store.report(group, { kind: 'failed', place: PLACE, note, draw: 0.5 }, true, Date.now());

/** How Redis goes away, and how it comes back. */
const OUTAGES: [string, () => void | Promise<void>, () => void | Promise<void>][] = [
  ['is paused', () => server.pause(), () => server.resume()],
  ['is killed, and starts again with nothing', () => server.kill(), () => server.start()],
  ['falls silent', () => server.line.fallSilent(), () => server.line.comeBack()],
  ['is cut off', () => server.line.goAway(), () => server.line.comeBack()],
];

interface Fleet {
  readonly replicas: readonly RedisGroupStore[];
  readonly group: string;
  readonly admitted: number[];
  readonly tookMs: number[];
}

/** Each replica tries to get in every few milliseconds. */
async function press(fleet: Fleet, ms: number, more: Partial<Entry>): Promise<void> {
  const endMs = Date.now() + ms;
  await Promise.all(
    fleet.replicas.map(async (store) => {
      while (Date.now() < endMs) {
        const startedAt = performance.now();
        const answer = await enter(store, fleet.group, more);
        fleet.tookMs.push(performance.now() - startedAt);
        if (answer.kind === 'entered') fleet.admitted.push(Date.now());
        await sleep(5);
      }
    }),
  );
}

async function openFleet(): Promise<Fleet> {
  const replicas = [await stage.open(server.url), await stage.open(server.url)];
  // Replicas count each other every second.
  await Promise.all(replicas.map((store) => store.announce()));
  return { replicas, group: randomUUID(), admitted: [], tookMs: [] };
}

const allShare = ({ replicas }: Fleet): Promise<true> =>
  until(() => replicas.every(({ isShared }) => isShared) && (true as const), {
    limitMs: 15_000,
    what: 'all replicas back together',
  });

describe.each(OUTAGES)('when Redis %s', (_, takeAway, bringBack) => {
  let isAway = false;
  const leave = async (): Promise<void> => {
    isAway = true;
    await takeAway();
  };
  const comeBack = async (): Promise<void> => {
    if (isAway) await bringBack();
    isAway = false;
  };
  afterEach(comeBack);

  it('calls go on at once, within the limits, and its return frees nobody', async () => {
    const fleet = await openFleet();
    const limits = { rpm: 100 };
    for (let i = 0; i < 50; i++) {
      const [one, other] = fleet.replicas;
      if (one && other) await enter(i % 2 ? one : other, fleet.group, { limits });
    }
    await Promise.all(fleet.replicas.map((store) => store.refresh()));
    await leave();
    await press(fleet, OUTAGE_MS, { limits });
    const admittedAlone = fleet.admitted.length;
    await comeBack();
    await press(fleet, 1_000, { limits });
    await allShare(fleet);
    await press(fleet, 500, { limits });
    expect(Math.max(...fleet.tookMs)).toBeLessThan(350);
    // Each replica waits for three answers, then for none; the rest is a busy machine.
    expect(fleet.tookMs.filter((ms) => ms > 40).length).toBeLessThan(20);
    expect(admittedAlone).toBeGreaterThanOrEqual(45);
    expect(fleet.admitted.length).toBeLessThanOrEqual(53);
  }, 60_000);

  it('what was known before and learned meanwhile is known to all afterwards', async () => {
    const fleet = await openFleet();
    const [one, other] = fleet.replicas;
    if (!one || !other) return;
    const [before, during, tripped] = [randomUUID(), randomUUID(), randomUUID()];
    fail(one, before, stated(60_000));
    await one.flush();
    for (const store of fleet.replicas) await store.ready([before, during, tripped], Date.now());
    await leave();
    await press(fleet, 500, {});
    fail(other, during, stated(60_000));
    for (let i = 0; i < 5; i++)
      fail(one, tripped, { class: 'server', scope: 'none', provenance: 'heuristic', readable: true });
    await press(fleet, 500, {});
    expect(await enter(one, before, {})).toMatchObject({ kind: 'closed' });
    await comeBack();
    await allShare(fleet);
    const newcomer = await stage.open(server.url);
    await until(async () => {
      const listed = await newcomer.list(Date.now());
      return [before, during, tripped].every((group) => listed.has(group));
    });
    for (const store of [...fleet.replicas, newcomer]) {
      await store.ready([before, during, tripped], Date.now() + 2_000);
      for (const [group, reason, waitMs] of [
        [before, 'cooling_rate_minute', 60_000],
        [during, 'cooling_rate_minute', 60_000],
        [tripped, 'breaker_open', 10_000],
      ] as const) {
        const answer = await enter(store, group, { force: true });
        expect(answer).toMatchObject({ kind: 'closed', reason });
        if (answer.kind === 'closed') expect(answer.untilMs - Date.now()).toBeLessThanOrEqual(waitMs);
      }
    }
  }, 60_000);

  it('calls under way keep their slots, and give them back', async () => {
    const fleet = await openFleet();
    const more = { limits: { concurrency: 4 } };
    const held = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    for (const [i, lease] of held.entries()) {
      const store = fleet.replicas[i % 2];
      if (store) expect(await enter(store, fleet.group, { ...more, lease })).toMatchObject({ taken: true });
    }
    for (const store of fleet.replicas) await store.refresh();
    await leave();
    await press(fleet, 500, more);
    expect(fleet.admitted).toHaveLength(0);
    const settled = { kind: 'settled', lease: held[0] ?? '', ageMs: 0, tokens: 0, requests: 0 } as const;
    fleet.replicas[0]?.report(fleet.group, settled, true, Date.now());
    await comeBack();
    await allShare(fleet);
    await press(fleet, 300, more);
    expect(fleet.admitted).toHaveLength(1);
  }, 60_000);
});
