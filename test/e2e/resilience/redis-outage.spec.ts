import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalEntry } from '../../../apps/mock-upstream/src/mock-upstream';
import { askFleet, warmUp, type Told } from './fleet/ask-fleet';
import { Figures, lasting, quantile, tally } from './fleet/figures';
import { fleetConfig, pairsOf, providerAt } from './fleet/fleet-config';
import { offerLoad } from './fleet/offer-load';
import { mockOf, openFleet, troublesOf, type Fleet } from './fleet/open-fleet';
import type { RedisServer } from './fleet/redis-server';

const BEFORE_MS = 1_500;
const OUTAGE_MS = lasting(4_000, 60_000);
const AFTER_MS = lasting(3_000, 20_000);
const ALL_MS = BEFORE_MS + OUTAGE_MS + AFTER_MS;
/** Used up by what is offered, in the middle of the outage or, where that is longer, again and again. */
const RPM = 90;
const LIMITED_PER_SECOND = 15;
const FREE_PER_SECOND = 20;
const COOLED_PER_SECOND = 5;
const COOLS_MS = 600_000;
/** What replicas know of each other when they go on alone is as old as their last readings, which are not of one moment. */
const UNHEARD = LIMITED_PER_SECOND / 2;
const MINUTE_MS = 60_000;
/** What a call counts beyond its minute: the rest of the second in which it came. */
const SECOND_MS = 1_000;

interface Outage {
  readonly kind: string;
  begin(redis: RedisServer): Promise<void> | void;
  end(redis: RedisServer): Promise<void> | void;
}

const OUTAGES: readonly Outage[] = [
  { kind: 'killed', begin: (redis) => redis.kill(), end: (redis) => redis.start() },
  { kind: 'stopped', begin: (redis) => redis.pause(), end: (redis) => redis.resume() },
  {
    kind: 'blackholed',
    begin: (redis) => redis.line.fallSilent(),
    end: (redis) => redis.line.comeBack(),
  },
];
const KINDS = OUTAGES.map(({ kind }) => kind);
const cooledOf = (kind: string): string => `cooled-${kind}`;
const limitedOf = (kind: string): string => `limited-${kind}`;

const figures = new Figures(`Redis away for ${OUTAGE_MS / 1_000} s in mid-load`);
let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet({
    mocks: {
      a: {
        limits: KINDS.map((kind) => ({
          name: limitedOf(kind),
          credentials: [`key-${limitedOf(kind)}`],
          headers: 'none' as const,
          rpm: RPM,
        })),
      },
      b: {},
    },
    config: (mocks) => {
      const both = { a: mockOf({ mocks }, 'a'), b: mockOf({ mocks }, 'b') };
      const { providers, models } = pairsOf(both, [...KINDS.map(cooledOf), 'free']);
      const limited = KINDS.map(limitedOf);
      return fleetConfig(
        {
          ...providers,
          ...Object.fromEntries(
            limited.map((name) => [
              name,
              providerAt(both.a, 'chat', [{ name: 'c1', apiKey: `key-${name}`, limits: { rpm: RPM } }]),
            ]),
          ),
        },
        {
          ...models,
          ...Object.fromEntries(limited.map((name) => [name, { targets: [`${name}/m-${name}`] }])),
        },
      );
    },
  });
  await warmUp(fleet, 'free');
}, 120_000);
afterAll(async () => {
  figures.print();
  await fleet?.close();
  expect(troublesOf(fleet)).toEqual([]);
}, 60_000);

const redisOf = ({ redis }: Fleet): RedisServer => {
  if (!redis) throw new Error('this fleet has no Redis');
  return redis;
};

const dispatched = (model: string): JournalEntry[] =>
  mockOf(fleet, 'a').journal.entries.filter((entry) => entry.model === `m-${model}`);

/** The most that were let through within any such time. */
function mostWithin(spanMs: number, entries: readonly JournalEntry[]): number {
  const atMs = entries.map(({ receivedAtMs }) => receivedAtMs);
  return Math.max(...atMs.map((ms) => atMs.filter((other) => other >= ms && other < ms + spanMs).length));
}

interface Suffered {
  readonly free: readonly Told[];
  readonly limited: readonly Told[];
  readonly cooled: readonly Told[];
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

/** Three kinds of load, and Redis away in the midst of them. */
async function suffer({ kind, begin, end }: Outage): Promise<Suffered> {
  const offer = (perSecond: number, model: string): Promise<Told[]> =>
    offerLoad(fleet, { perSecond, forMs: ALL_MS, question: (n) => ({ model, prompt: `call ${n}` }) });
  const loads = Promise.all([
    offer(FREE_PER_SECOND, 'free'),
    offer(LIMITED_PER_SECOND, limitedOf(kind)),
    offer(COOLED_PER_SECOND, cooledOf(kind)),
  ]);
  await sleep(BEFORE_MS);
  const beganAtMs = Date.now();
  await begin(redisOf(fleet));
  await sleep(OUTAGE_MS);
  await end(redisOf(fleet));
  const endedAtMs = Date.now();
  const [free, limited, cooled] = await loads;
  return { free, limited, cooled, beganAtMs, endedAtMs };
}

const tookMs = (told: readonly Told[], fromMs: number, untilMs: number): number[] =>
  told
    .filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs < untilMs)
    .map(({ sentAtMs, endedAtMs }) => endedAtMs - sentAtMs);

const statuses = (told: readonly Told[]): Record<string, number> => tally(told.map(({ status }) => status));

it.each(OUTAGES)(
  '$kind: no call fails, what cools stays away, limits hold',
  async (outage) => {
    const cooled = cooledOf(outage.kind);
    const bench = await askFleet(fleet, 0, {
      model: cooled,
      prompt: `[[mock: fault=429 limit=ms waitMs=${COOLS_MS} on=a]]`,
    });
    expect([bench.status, dispatched(cooled).length]).toEqual([200, 1]);
    await sleep(1_000);
    const told = await suffer(outage);
    const { beganAtMs, endedAtMs } = told;
    const during = tookMs(told.free, beganAtMs, endedAtMs);
    const limited = dispatched(limitedOf(outage.kind));
    const refused = limited.filter(({ admission }) => !admission?.admitted).length;
    figures.add(outage.kind, {
      'without a limit': statuses(told.free),
      'before ms p50': quantile(tookMs(told.free, 0, beganAtMs), 0.5),
      'during ms p50': quantile(during, 0.5),
      p99: quantile(during, 0.99),
      [`with ${RPM} per minute`]: statuses(told.limited),
      'most in a minute': mostWithin(MINUTE_MS, limited),
      'refused by the provider': refused,
      'at the cooling target': dispatched(cooled).length - 1,
    });
    expect(statuses(told.free)).toEqual({ 200: told.free.length });
    expect(statuses(told.cooled)).toEqual({ 200: told.cooled.length });
    expect(dispatched(cooled)).toHaveLength(1);
    // Whoever was not served was over the limit, and is told so.
    expect(told.limited.filter(({ status }) => status !== 200 && status !== 429)).toEqual([]);
    expect(mostWithin(MINUTE_MS, limited)).toBeLessThanOrEqual(RPM + UNHEARD);
    expect(mostWithin(MINUTE_MS + SECOND_MS, limited)).toBeLessThanOrEqual(RPM + LIMITED_PER_SECOND);
    // Copies are up to a second old when replicas part.
    expect(refused).toBeLessThanOrEqual(2);
  },
  200_000,
);
