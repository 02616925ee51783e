import type { Random } from '@turnpike/kernel';
import type { Failure, QuotaReading } from '@turnpike/protocol';
import { failure } from '../testing/targets';

/** One request as it reaches a provider. */
export interface Arrival {
  readonly nowMs: number;
  readonly credentialId: string;
  /** Requests under way at the provider, this one included. */
  readonly underWay: number;
  readonly random: Random;
}

/** How a provider answers: a failure after `firstMs`, or a first token then and the whole after `wholeMs`. */
export interface Reply {
  readonly firstMs: number;
  readonly wholeMs: number;
  readonly failed?: Omit<Failure, 'wakeAtMs'>;
  /** A wait that the provider states. */
  readonly waitMs?: number;
  readonly readings?: readonly QuotaReading[];
  /** Of an answer. */
  readonly outputTokens?: number;
}

/** How a provider behaves; may remember. */
export type Behaviour = (arrival: Arrival) => Reply;

const between = (random: Random, low: number, high: number): number =>
  Math.round(low + random() * (high - low));

const answer = ({ random }: Arrival, slowness = 1): Reply => {
  const firstMs = between(random, 40, 400) * slowness;
  return { firstMs, wholeMs: firstMs + between(random, 50, 1_500) * slowness };
};

const refuse = (arrival: Arrival, what: Failure['class'], status: number): Reply => {
  const firstMs = between(arrival.random, 5, 60);
  return { firstMs, wholeMs: firstMs, failed: failure(what, { status }) };
};

export const healthy = (): Behaviour => (arrival) => answer(arrival);

export const slow =
  (slowness: number): Behaviour =>
  (arrival) =>
    answer(arrival, slowness);

/** Answers until `fromMs`, then fails until `untilMs`. */
export const outage =
  (fromMs: number, untilMs: number, what: 'overload' | 'server' = 'overload'): Behaviour =>
  (arrival) =>
    arrival.nowMs >= fromMs && arrival.nowMs < untilMs ? refuse(arrival, what, 503) : answer(arrival);

/** Fails in every second half of a period. */
export const flapping =
  (periodMs: number): Behaviour =>
  (arrival) =>
    arrival.nowMs % periodMs < periodMs / 2 ? answer(arrival) : refuse(arrival, 'server', 500);

/** Takes so many calls at once and says no to the others without saying how many. */
export const crowdable =
  (most: number): Behaviour =>
  (arrival) =>
    arrival.underWay > most ? refuse(arrival, 'overload', 529) : answer(arrival);

export const deadCredential =
  (credentialId: string): Behaviour =>
  (arrival) =>
    arrival.credentialId === credentialId ? refuse(arrival, 'auth', 401) : answer(arrival);

export const gone = (): Behaviour => (arrival) => refuse(arrival, 'target_gone', 404);

/** How a provider with a limit tells of it; `window`: whole minutes, else a bucket that fills all the time. */
export type LimitDialect = 'retry-after' | 'headers' | 'token headers' | 'window headers' | 'silent';

const MINUTE_MS = 60_000;

/** What a simulated call asks with, in tokens, and how long its answer is: anything up to twice as long as the mean. */
export const INPUT_TOKENS = 100;
export const MEAN_OUTPUT_TOKENS = 80;

/** So many requests per minute over all credentials, or what they use, with the headers of a real provider. */
export function limited(rpm: number, dialect: LimitDialect, startMs: number, slowness = 1): Behaviour {
  const isWindow = dialect === 'window headers';
  const unit = dialect === 'token headers' ? 'tokens' : 'requests';
  const limit = unit === 'tokens' ? rpm * (INPUT_TOKENS + MEAN_OUTPUT_TOKENS) : rpm;
  let level = limit;
  let atMs = startMs;
  return (arrival) => {
    const { nowMs, random } = arrival;
    const outputTokens = between(random, 0, 2 * MEAN_OUTPUT_TOKENS);
    const each = unit === 'tokens' ? INPUT_TOKENS + outputTokens : 1;
    if (!isWindow) level = Math.min(limit, level + ((nowMs - atMs) * limit) / MINUTE_MS);
    else if (Math.floor(nowMs / MINUTE_MS) > Math.floor(atMs / MINUTE_MS)) level = limit;
    atMs = nowMs;
    const isIn = level >= each;
    if (isIn) level -= each;
    const windowMs = MINUTE_MS - (nowMs % MINUTE_MS);
    const reading: QuotaReading = {
      bucket: unit,
      unit,
      limit,
      remaining: Math.floor(level),
      resetAtMs: nowMs + (isWindow ? windowMs : ((limit - level) * MINUTE_MS) / limit),
      refill: isWindow ? 'window' : 'continuous',
    };
    const readings = dialect.endsWith('headers') ? [reading] : [];
    if (isIn) return { ...answer(arrival, slowness), readings, outputTokens };
    const missingMs = isWindow ? windowMs : ((each - level) * MINUTE_MS) / limit;
    const refused = refuse(arrival, 'rate_minute', 429);
    const waitMs = Math.max(1, Math.ceil(missingMs / 1_000)) * 1_000;
    return dialect === 'silent' ? refused : { ...refused, waitMs, readings };
  };
}
