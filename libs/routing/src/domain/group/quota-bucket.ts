import { quotaPeriodMs, type QuotaReading } from '@turnpike/protocol';
import type { Demand } from './demand';
import { lately, sentSince, withSent, type SentLately } from './sent-lately';

/** Below this share of its limit a bucket is guarded call by call over all replicas; above it a copy will do. */
const LOW_SHARE = 0.25;
/** Nor are fewer than so many requests, or so many times this call's tokens, plenty. */
const FEW = 20;

/** What a provider's own headers said of one bucket, and what was sent since. Plain data. */
export interface QuotaBucket {
  readonly unit: QuotaReading['unit'];
  readonly limit: number;
  readonly remaining: number;
  /** End of the window. */
  readonly resetAtMs: number;
  /** How long the limit takes: a new window's length, or from empty to full where it fills all the time. */
  readonly periodMs: number;
  readonly refill: QuotaReading['refill'];
  /** When it was read; one that fills: or last taken from. */
  readonly atMs: number;
  /** Requests or tokens let through since. */
  readonly taken: number;
  readonly sent: SentLately;
}

/** What is left at this moment; the whole limit in a new window. */
export function bucketLeft(bucket: QuotaBucket, nowMs: number): number {
  const { limit, remaining, resetAtMs, periodMs, atMs, taken } = bucket;
  if (bucket.refill === 'window') return nowMs >= resetAtMs ? limit : remaining - taken;
  return Math.min(limit, remaining - taken + (limit * Math.max(0, nowMs - atMs)) / periodMs);
}

/** Epoch milliseconds from which `need` fits; `nowMs`: it fits now. What is larger than the limit waits for a full one. */
export function bucketOpensAt(bucket: QuotaBucket, need: number, nowMs: number): number {
  const wanted = Math.min(need, bucket.limit);
  const missing = wanted - bucketLeft(bucket, nowMs);
  if (missing <= 0) return nowMs;
  return bucket.refill === 'window'
    ? bucket.resetAtMs
    : nowMs + Math.max(1, Math.ceil((missing * bucket.periodMs) / bucket.limit));
}

/** Buckets of requests take one, buckets of tokens what a call is thought to use. */
export function needOf(
  bucket: string,
  unit: QuotaReading['unit'],
  { inputTokens, outputTokens }: Demand,
): number {
  if (unit === 'requests') return 1;
  if (bucket === 'input_tokens') return inputTokens;
  return bucket === 'output_tokens' ? outputTokens : inputTokens + outputTokens;
}

/** So much is left that replicas need not agree on each call. */
export const isPlenty = (bucket: QuotaBucket, need: number, nowMs: number): boolean => {
  const left = bucketLeft(bucket, nowMs);
  return left >= FEW * need && left >= LOW_SHARE * bucket.limit;
};

/** Scripts keep 14 digits. */
const inThousandths = (count: number): number => Math.floor(count * 1_000 + 0.5) / 1_000;

/**
 * With `need` taken. A window that is over begins anew, for its whole length until the provider says more. One that fills is
 * reckoned up each time: what it gained beyond its limit is lost.
 */
export function takeFromBucket(bucket: QuotaBucket, need: number, nowMs: number): QuotaBucket {
  const sent = withSent(bucket.sent, need, nowMs);
  if (bucket.refill === 'continuous')
    return {
      ...bucket,
      remaining: inThousandths(bucketLeft(bucket, nowMs)),
      atMs: Math.max(bucket.atMs, nowMs),
      taken: need,
      sent,
    };
  if (nowMs < bucket.resetAtMs) return { ...bucket, taken: bucket.taken + need, sent };
  const resetAtMs = nowMs + bucket.periodMs;
  return { ...bucket, remaining: bucket.limit, atMs: nowMs, resetAtMs, taken: need, sent };
}

/** A call needed so much less than was taken for it; or, below 0, so much more. The next reading mends what is wrong here. */
export const returnToBucket = (bucket: QuotaBucket, spare: number): QuotaBucket => ({
  ...bucket,
  remaining: Math.min(bucket.limit, bucket.remaining + spare),
});

/** What an answer's headers told of one bucket, the end of its window as a wait. */
export interface BucketNote {
  readonly bucket: string;
  readonly unit: QuotaReading['unit'];
  readonly limit: number;
  readonly remaining: number;
  readonly waitMs: number;
  readonly periodMs: number;
  readonly refill: QuotaReading['refill'];
}

/** So little is left that all replicas should know at once. */
export const isLow = ({ remaining, limit }: BucketNote): boolean => remaining < LOW_SHARE * limit;

/** The reading as a note; undefined where it does not say enough to bind anybody. */
export function noteOfReading(reading: QuotaReading, nowMs: number): BucketNote | undefined {
  const { bucket, unit, limit, remaining, resetAtMs, refill } = reading;
  if (remaining === undefined || (refill === 'window' && resetAtMs === undefined)) return undefined;
  const most = limit ?? remaining;
  if (!(most > 0)) return undefined;
  const waitMs = Math.max(0, Math.round((resetAtMs ?? nowMs) - nowMs));
  const periodMs = quotaPeriodMs(bucket);
  return { bucket, unit, limit: most, remaining: Math.max(0, remaining), waitMs, periodMs, refill };
}

/** The call whose answer told something. */
export interface ReadingCall {
  /** How long ago it was let in, in milliseconds. */
  readonly ageMs: number;
  /** What was taken for it; undefined: nothing. */
  readonly demand?: Demand;
}

/**
 * The bucket after a reading. One that says less than is known counts, less what was let in since the call that brought
 * it: that had not reached the provider. One that says more was written before calls that are under way.
 */
export function readBucket(
  known: QuotaBucket | undefined,
  note: BucketNote,
  nowMs: number,
  call?: ReadingCall,
): QuotaBucket {
  const { bucket, unit, limit, remaining, periodMs, refill } = note;
  const isRunning = known !== undefined && nowMs < windowEnd(known);
  if (isRunning && known.limit === limit && known.refill === refill && remaining >= bucketLeft(known, nowMs))
    return known;
  const sent = isRunning ? lately(known.sent, nowMs) : [];
  const own = call?.demand ? needOf(bucket, unit, call.demand) : 0;
  const taken = call ? Math.max(0, sentSince(sent, nowMs - call.ageMs) - own) : 0;
  return {
    unit,
    limit,
    remaining,
    resetAtMs: nowMs + note.waitMs,
    periodMs,
    refill,
    atMs: nowMs,
    taken,
    sent,
  };
}

const windowEnd = ({ refill, resetAtMs }: QuotaBucket): number =>
  refill === 'window' ? resetAtMs : Infinity;

/** Nobody has heard of it for so long that it binds nobody. */
export const isBucketOver = (bucket: QuotaBucket, nowMs: number): boolean =>
  nowMs >= bucket.resetAtMs && bucketLeft(bucket, nowMs) >= bucket.limit;
