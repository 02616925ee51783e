import type { QuotaLimits } from '@turnpike/protocol';
import { failure, target } from '../testing/targets';
import type { RoutableTarget } from '../domain/types';
import { healthy, limited, outage, type Behaviour, type LimitDialect } from './provider-models';
import { runScenario, START_MS, type Arrivals, type Report, type Scenario } from './run-scenario';

const MINUTE = 60_000;

/** One provider that behaves so, asked by three replicas whose copies are up to a second old. */
const stage = (
  behaviour: Behaviour,
  arrivals: readonly Arrivals[],
  more: Partial<Scenario> = {},
): Scenario => ({
  seed: 1,
  replicas: 3,
  staleMs: 1_000,
  tripMs: 4,
  targets: [target('p/m', ['k0', 'k1:p/k0'])],
  behaviours: new Map([['p', behaviour]]),
  healthy: new Set(),
  strategy: 'priority',
  limits: { maxAttempts: 3, deadlineMs: 30_000, maxQueueWaitMs: 2_000 },
  seats: 1_000,
  arrivals,
  ...more,
});

const evenly = (lengthMs: number, perMinute: number): Arrivals[] =>
  Array.from({ length: Math.floor((lengthMs * perMinute) / MINUTE) }, (_, i) => ({
    ms: Math.floor((i * MINUTE) / perMinute),
    calls: 1,
  }));

const played = async (scenario: Scenario): Promise<Report> => {
  const report = await runScenario(scenario);
  expect(report.broken).toEqual([]);
  return report;
};

const seeds = [1, 2];
const refusal = { failed: failure('rate_minute', { status: 429 }), waitMs: 2_500 };

describe('a provider that is down for two minutes', () => {
  const targets = ['a', 'b', 'c'].map((name) => target(`${name}/m`));
  it.each(seeds)('is asked hardly more often than it is called (seed %d)', async (seed) => {
    const down = outage(START_MS, START_MS + 2 * MINUTE);
    const { sent, ends, mostBreakerProbes } = await played(
      stage(down, evenly(2 * MINUTE, 600), {
        seed,
        targets,
        behaviours: new Map(targets.map(({ provider }) => [provider.name, down])),
      }),
    );
    for (const fromMs of [0, MINUTE]) {
      const within = <T extends { readonly ms: number }>(all: readonly T[]) =>
        all.filter(({ ms }) => ms >= fromMs && ms < fromMs + MINUTE);
      expect(within(sent).length / 600).toBeLessThanOrEqual(1.15);
    }
    expect(Math.max(...ends.map(({ call }) => call.attempts))).toBeLessThanOrEqual(3);
    expect(mostBreakerProbes).toBeLessThanOrEqual(3);
    expect(ends).toHaveLength(1_200);
  });

  it('is used again soon after it is back', async () => {
    const { ends } = await played(stage(outage(START_MS, START_MS + MINUTE), evenly(4 * MINUTE, 300)));
    const late = ends.filter(({ call }) => call.bornMs - START_MS > 3 * MINUTE);
    expect(late.filter(({ end }) => end.kind === 'delivered').length / late.length).toBeGreaterThan(0.99);
  });
});

describe('a provider at three times its limit', () => {
  const RPM = 120;
  const LENGTH = 5 * MINUTE;
  /** Every seed but the first with answers that take ten times as long. */
  const run = async (dialect: LimitDialect, limits: QuotaLimits | undefined, seed: number) => {
    const credentials = ['k0', 'k1'].map((name) => ({
      id: `p/${name}`,
      name,
      quotaGroup: 'p',
      ...(limits ? { limits } : {}),
    }));
    const targets: RoutableTarget[] = [{ provider: { name: 'p', credentials }, model: 'm', weight: 1 }];
    const scenario = stage(limited(RPM, dialect, START_MS, seed === 1 ? 1 : 10), evenly(LENGTH, 3 * RPM), {
      seed,
      targets,
    });
    const { sent, mostWaiting } = await played(scenario);
    const late = sent.filter(({ ms }) => ms >= MINUTE && ms < LENGTH);
    const refused = late.filter(({ failed }) => failed !== undefined).length;
    return {
      refusals: refused / late.length,
      goodput: (late.length - refused) / ((RPM * (LENGTH - MINUTE)) / MINUTE),
      mostWaiting,
    };
  };

  it.each(seeds)('keeps to a configured limit of tokens, and uses it (seed %d)', async (seed) => {
    const { refusals, goodput } = await run('token headers', { tpm: RPM * 180 }, seed);
    expect(refusals).toBeLessThanOrEqual(0.01);
    expect(goodput).toBeGreaterThanOrEqual(0.95);
  });

  it.each(seeds)('keeps to a configured limit, and uses it (seed %d)', async (seed) => {
    const { refusals, goodput, mostWaiting } = await run('retry-after', { rpm: RPM }, seed);
    expect(refusals).toBeLessThanOrEqual(0.01);
    expect(goodput).toBeGreaterThanOrEqual(0.95);
    expect(mostWaiting).toBeLessThanOrEqual(1_000);
  });

  it.each(
    seeds.flatMap((seed) => [
      ['headers', seed] as const,
      ['token headers', seed] as const,
      ['window headers', seed] as const,
    ]),
  )('keeps to what its %s say, and uses it (seed %d)', async (dialect, seed) => {
    const { refusals, goodput } = await run(dialect, undefined, seed);
    expect(refusals).toBeLessThanOrEqual(0.01);
    expect(goodput).toBeGreaterThanOrEqual(0.95);
  });

  it.each(['retry-after', 'silent'] as const)(
    'is used in full where nobody knows the limit: %s',
    async (dialect) => expect((await run(dialect, undefined, 1)).goodput).toBeGreaterThanOrEqual(0.95),
  );
});

describe('a herd', () => {
  it.each(seeds)(
    'of a thousand that waits for a place to recover sends one, then more and more (seed %d)',
    async (seed) => {
      let refusals = 0;
      const behaviour: Behaviour = (arrival) =>
        refusals++ === 0 ? { firstMs: 10, wholeMs: 10, ...refusal } : healthy()(arrival);
      const report = await played(
        stage(
          behaviour,
          [
            { ms: 0, calls: 1 },
            { ms: 1_500, calls: 1_000 },
          ],
          { seed, staleMs: 0, tripMs: 0 },
        ),
      );
      const herd = report.sent.filter(({ ms }) => ms >= 1_500);
      const [first, second] = herd;
      expect(first && second && second.ms - first.ms).toBeGreaterThanOrEqual(40);
      expect(herd.filter(({ ms }) => ms === second?.ms)).toHaveLength(2);
      expect(report.mostWaiting).toBeLessThanOrEqual(1_000);
      expect(report.ends).toHaveLength(1_001);
    },
  );
});
