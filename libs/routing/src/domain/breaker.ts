import type { Random } from '@turnpike/kernel';

const SECOND_MS = 1_000;
/** Calls older than this no longer count. */
export const BREAKER_WINDOW_MS = 30 * SECOND_MS;
const BUCKET_MS = 5 * SECOND_MS;
const LEAST_CALLS = 20;
const FAILURE_SHARE = 0.5;
const FAILURES_IN_A_ROW = 5;
const OPEN_MS = 10 * SECOND_MS;
const LONGEST_OPEN_MS = 300 * SECOND_MS;
const JITTER = 0.2;
/** Probes in flight over the whole fleet, and successes that close the breaker. */
export const BREAKER_PROBES = 3;
const SUCCESSES_TO_CLOSE = 3;

interface Bucket {
  readonly startMs: number;
  readonly calls: number;
  readonly failures: number;
}

/** Breaker of one (credential, model). Plain data; the fresh state is `CLOSED`. */
export type BreakerState =
  | { readonly phase: 'closed'; readonly buckets: readonly Bucket[]; readonly failuresInARow: number }
  | { readonly phase: 'open'; readonly untilMs: number; readonly opens: number }
  | { readonly phase: 'half-open'; readonly successes: number; readonly opens: number };

/** `probe`: the call was let through while the breaker was half-open; others that end then began before it opened. */
export interface BreakerEvent {
  readonly kind: 'success' | 'failure';
  readonly probe: boolean;
}

export const CLOSED: BreakerState = { phase: 'closed', buckets: [], failuresInARow: 0 };

/** Longer with every opening that was not followed by a closing; spread, so that fleets do not knock in step. */
function opened(opens: number, nowMs: number, random: Random): BreakerState {
  const plainMs = Math.min(LONGEST_OPEN_MS, OPEN_MS * 2 ** opens);
  const spread = 1 + JITTER * (2 * random() - 1);
  return { phase: 'open', untilMs: nowMs + Math.round(plainMs * spread), opens: opens + 1 };
}

function counted(buckets: readonly Bucket[], failed: boolean, nowMs: number): readonly Bucket[] {
  const startMs = Math.floor(nowMs / BUCKET_MS) * BUCKET_MS;
  const recent = buckets.filter((bucket) => bucket.startMs > nowMs - BREAKER_WINDOW_MS);
  const last = recent[recent.length - 1];
  const own = last?.startMs === startMs ? last : { startMs, calls: 0, failures: 0 };
  const others = own === last ? recent.slice(0, -1) : recent;
  return [...others, { startMs, calls: own.calls + 1, failures: own.failures + (failed ? 1 : 0) }];
}

function isTripped(buckets: readonly Bucket[], failuresInARow: number): boolean {
  if (failuresInARow >= FAILURES_IN_A_ROW) return true;
  const calls = buckets.reduce((sum, bucket) => sum + bucket.calls, 0);
  const failures = buckets.reduce((sum, bucket) => sum + bucket.failures, 0);
  return calls >= LEAST_CALLS && failures / calls >= FAILURE_SHARE;
}

/** The state after one call has ended. `random` is drawn from only when the breaker opens. */
export function afterCall(
  state: BreakerState,
  event: BreakerEvent,
  nowMs: number,
  random: Random,
): BreakerState {
  const failed = event.kind === 'failure';
  switch (state.phase) {
    case 'closed': {
      const failuresInARow = failed ? state.failuresInARow + 1 : 0;
      const buckets = counted(state.buckets, failed, nowMs);
      return isTripped(buckets, failuresInARow)
        ? opened(0, nowMs, random)
        : { phase: 'closed', buckets, failuresInARow };
    }
    case 'open':
      return state;
    case 'half-open': {
      if (!event.probe) return state;
      if (failed) return opened(state.opens, nowMs, random);
      const successes = state.successes + 1;
      return successes >= SUCCESSES_TO_CLOSE ? CLOSED : { ...state, successes };
    }
  }
}

/** Open breakers become half-open when their time is over; the first look after it tells. */
export const breakerAt = (state: BreakerState, nowMs: number): BreakerState =>
  state.phase === 'open' && nowMs >= state.untilMs
    ? { phase: 'half-open', successes: 0, opens: state.opens }
    : state;
