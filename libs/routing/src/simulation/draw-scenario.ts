import { seededRandom, type Random } from '@turnpike/kernel';
import type { QuotaLimits } from '@turnpike/protocol';
import type { RoutableTarget } from '../domain/types';
import type { RoutingStrategy } from '../strategies';
import {
  crowdable,
  deadCredential,
  flapping,
  gone,
  healthy,
  limited,
  outage,
  slow,
  type Behaviour,
} from './provider-models';
import { START_MS, type Arrivals, type Scenario } from './run-scenario';

type Provider = RoutableTarget['provider'] & { readonly behaviour: Behaviour; readonly isHealthy: boolean };

const KINDS = [
  'healthy',
  'healthy',
  'limited',
  'limited',
  'outage',
  'flapping',
  'slow',
  'dead credential',
  'crowdable',
  'gone',
] as const;
const STRATEGIES: readonly RoutingStrategy[] = [
  'priority',
  'weighted',
  'round-robin',
  'random',
  'least-busy',
  'p2c',
];

const whole = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));

function pick<V>(random: Random, values: readonly V[]): V {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

/** A provider of one kind: one or two credentials, in one quota group or in two. */
function drawProvider(random: Random, name: string): Provider {
  const kind = pick(random, KINDS);
  const keys = whole(random, 1, 2);
  const rpm = whole(random, 20, 300);
  const dialect = pick(random, [
    'retry-after',
    'headers',
    'token headers',
    'window headers',
    'silent',
  ] as const);
  const limits: QuotaLimits = {
    ...(kind === 'limited' && random() < 0.5 ? { rpm } : {}),
    ...(kind !== 'healthy' && random() < 0.2 ? { concurrency: whole(random, 1, 6) } : {}),
    ...(kind !== 'healthy' && random() < 0.1 ? { rpd: whole(random, 10, 200) } : {}),
  };
  const isPooled = kind === 'limited' || random() < 0.5;
  const credentials = Array.from({ length: keys }, (_, i) => {
    const id = `${name}/k${i}`;
    return {
      id,
      name: `k${i}`,
      quotaGroup: isPooled ? name : id,
      ...(Object.keys(limits).length > 0 ? { limits } : {}),
    };
  });
  const behaviour = (): Behaviour => {
    switch (kind) {
      case 'healthy':
        return healthy();
      case 'limited':
        return limited(rpm, dialect, START_MS);
      case 'outage': {
        const fromMs = START_MS + whole(random, 0, 30_000);
        return outage(fromMs, fromMs + whole(random, 5_000, 60_000), pick(random, ['overload', 'server']));
      }
      case 'flapping':
        return flapping(whole(random, 2_000, 30_000));
      case 'slow':
        return slow(whole(random, 5, 20));
      case 'dead credential':
        return deadCredential(`${name}/k0`);
      case 'crowdable':
        return crowdable(whole(random, 1, 8));
      case 'gone':
        return gone();
    }
  };
  return { name, credentials, behaviour: behaviour(), isHealthy: kind === 'healthy' };
}

/** Calls one by one at random, and now and then many at once. */
function drawArrivals(random: Random): Arrivals[] {
  const lengthMs = whole(random, 20_000, 70_000);
  const perSecond = 1 + random() * 9;
  const arrivals: Arrivals[] = [];
  for (let ms = 0; ms < lengthMs; ms += (-Math.log(1 - random()) * 1_000) / perSecond)
    arrivals.push({ ms: Math.floor(ms), calls: 1 });
  for (let i = whole(random, 0, 2); i > 0; i--)
    arrivals.push({ ms: whole(random, 0, lengthMs), calls: whole(random, 10, 60) });
  if (random() < 0.03) arrivals.push({ ms: whole(random, 0, lengthMs), calls: 1_000 });
  return arrivals;
}

/** Everything about one run, drawn from its seed. */
export function drawScenario(seed: number): Scenario {
  const random = seededRandom(seed);
  const providers = Array.from({ length: whole(random, 1, 4) }, (_, i) => drawProvider(random, `p${i}`));
  const targets = Array.from({ length: whole(random, 1, 5) }, (_, i): RoutableTarget => ({
    provider: providers[i] ?? pick(random, providers),
    model: pick(random, ['m', 'n']),
    weight: whole(random, 1, 3),
  }));
  const used = new Set(targets.map(({ provider }) => provider));
  const replicas = whole(random, 1, 4);
  const isShared = replicas > 1 && random() < 0.6;
  return {
    seed,
    replicas,
    staleMs: isShared ? 1_000 : 0,
    tripMs: isShared && random() < 0.5 ? 2 * whole(random, 1, 20) : 0,
    targets,
    behaviours: new Map(providers.map(({ name, behaviour }) => [name, behaviour])),
    healthy: new Set(providers.filter((each) => each.isHealthy && used.has(each)).map(({ name }) => name)),
    strategy: pick(random, STRATEGIES),
    limits: {
      maxAttempts: pick(random, [1, 2, 3, 3, 3, 5]),
      deadlineMs: pick(random, [3_000, 30_000, 60_000]),
      maxQueueWaitMs: 2_000,
    },
    seats: pick(random, [20, 1_000]),
    arrivals: drawArrivals(random),
    ...(random() < 0.2 ? { deathMs: whole(random, 1_000, 40_000) } : {}),
  };
}
