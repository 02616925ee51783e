import type { QuotaReading } from '@turnpike/protocol';

/** Below this share of its limit a bucket is guarded call by call over all replicas; above it a copy will do. */
const LOW_SHARE = 0.25;
const MINUTE_MS = 60_000;
/** Nor are fewer than so many requests, or so many times this call's tokens, plenty. */
const FEW = 20;

/** What a provider's own headers said of one bucket, and what was sent since. Plain data. */
export interface QuotaBucket {
  readonly unit: QuotaReading['unit'];
  readonly limit: number;
  readonly remaining: number;
  /** End of the window; buckets that fill all the time take a minute from empty to full, whatever this says. */
  readonly resetAtMs: number;
  readonly refill: QuotaReading['refill'];
  /** When it was read. */
  readonly atMs: number;
  /** Requests or tokens let through since. */
  readonly taken: number;
}

/** What is left at this moment; the whole limit in a new window. */
export function bucketLeft(bucket: QuotaBucket, nowMs: number): number {
  const { limit, remaining, resetAtMs, atMs, taken } = bucket;
  if (bucket.refill === 'window') return nowMs >= resetAtMs ? limit : remaining - taken;
  return Math.min(limit, remaining - taken + (limit * Math.max(0, nowMs - atMs)) / MINUTE_MS);
}

/** Epoch milliseconds from which `need` fits; `nowMs`: it fits now. What is larger than the limit waits for a full one. */
export function bucketOpensAt(bucket: QuotaBucket, need: number, nowMs: number): number {
  const wanted = Math.min(need, bucket.limit);
  const missing = wanted - bucketLeft(bucket, nowMs);
  if (missing <= 0) return nowMs;
  return bucket.refill === 'window'
    ? bucket.resetAtMs
    : nowMs + Math.max(1, Math.ceil((missing * MINUTE_MS) / bucket.limit));
}

/** So much is left that replicas need not agree on each call. */
export const isPlenty = (bucket: QuotaBucket, need: number, nowMs: number): boolean => {
  const left = bucketLeft(bucket, nowMs);
  return left >= FEW * need && left >= LOW_SHARE * bucket.limit;
};

/** With `need` taken. A window that is over begins anew, for a minute until the provider says more. */
export const takeFromBucket = (bucket: QuotaBucket, need: number, nowMs: number): QuotaBucket =>
  bucket.refill === 'window' && nowMs >= bucket.resetAtMs
    ? { ...bucket, remaining: bucket.limit, atMs: nowMs, resetAtMs: nowMs + MINUTE_MS, taken: need }
    : { ...bucket, taken: bucket.taken + need };

/** What an answer's headers told of one bucket, the end of its window as a wait. */
export interface BucketNote {
  readonly bucket: string;
  readonly unit: QuotaReading['unit'];
  readonly limit: number;
  readonly remaining: number;
  readonly waitMs: number;
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
  return { bucket, unit, limit: most, remaining: Math.max(0, remaining), waitMs, refill };
}

/**
 * The bucket after a reading. One that says less than is known counts; one that says more was written before calls that
 * are under way.
 */
export function readBucket(known: QuotaBucket | undefined, note: BucketNote, nowMs: number): QuotaBucket {
  const { unit, limit, remaining, refill } = note;
  if (
    known?.limit === limit &&
    known.refill === refill &&
    nowMs < windowEnd(known) &&
    remaining >= bucketLeft(known, nowMs)
  )
    return known;
  return { unit, limit, remaining, resetAtMs: nowMs + note.waitMs, refill, atMs: nowMs, taken: 0 };
}

const windowEnd = ({ refill, resetAtMs }: QuotaBucket): number =>
  refill === 'window' ? resetAtMs : Infinity;

/** Nobody has heard of it for so long that it binds nobody. */
export const isBucketOver = (bucket: QuotaBucket, nowMs: number): boolean =>
  nowMs >= bucket.resetAtMs && bucketLeft(bucket, nowMs) >= bucket.limit;
