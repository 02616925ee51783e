import { heldLeases, NO_LEASES, RECHECK_MS, withLease, withoutLease, type Leases } from './group/probes';
import { isRampOver, rampOpensAt, takeFromRamp, type Ramp } from './group/ramp';

const SECOND_MS = 1_000;
/** Calls older than this no longer count. */
export const BREAKER_WINDOW_MS = 30 * SECOND_MS;
const BUCKET_MS = 5 * SECOND_MS;
const LEAST_CALLS = 20;
const FAILURE_SHARE = 0.5;
const FAILURES_IN_A_ROW = 5;
/** What nobody has called for so long is forgotten: clients choose models, and some are never asked for again. */
const FORGET_MS = 3_600 * SECOND_MS;
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
  | {
      readonly phase: 'closed';
      readonly buckets: readonly Bucket[];
      readonly failuresInARow: number;
      /** It was open a moment ago. */
      readonly ramp?: Ramp;
    }
  | { readonly phase: 'open'; readonly untilMs: number; readonly opens: number }
  | {
      readonly phase: 'half-open';
      readonly probes: Leases;
      readonly successes: number;
      readonly opens: number;
      /** When it was open until. */
      readonly untilMs: number;
    };

export const CLOSED: BreakerState = { phase: 'closed', buckets: [], failuresInARow: 0 };

/** Longer with every opening that was not followed by a closing; spread, so that fleets do not knock in step. */
function opened(opens: number, nowMs: number, draw: number): BreakerState {
  const plainMs = Math.min(LONGEST_OPEN_MS, OPEN_MS * 2 ** opens);
  const spread = 1 + JITTER * (2 * draw - 1);
  return { phase: 'open', untilMs: nowMs + Math.floor(plainMs * spread + 0.5), opens: opens + 1 };
}

function counted(
  buckets: readonly Bucket[],
  calls: number,
  failures: number,
  nowMs: number,
): readonly Bucket[] {
  const startMs = Math.floor(nowMs / BUCKET_MS) * BUCKET_MS;
  const recent = buckets.filter((bucket) => bucket.startMs > nowMs - BREAKER_WINDOW_MS);
  const last = recent[recent.length - 1];
  const own = last?.startMs === startMs ? last : { startMs, calls: 0, failures: 0 };
  const others = own === last ? recent.slice(0, -1) : recent;
  return [...others, { startMs, calls: own.calls + calls, failures: own.failures + failures }];
}

function isTripped(buckets: readonly Bucket[], failuresInARow: number): boolean {
  if (failuresInARow >= FAILURES_IN_A_ROW) return true;
  const calls = buckets.reduce((sum, bucket) => sum + bucket.calls, 0);
  const failures = buckets.reduce((sum, bucket) => sum + bucket.failures, 0);
  return calls >= LEAST_CALLS && failures / calls >= FAILURE_SHARE;
}

/** Open breakers become half-open when their time is over; the first look after it tells. */
export const breakerAt = (state: BreakerState, nowMs: number): BreakerState =>
  state.phase === 'open' && nowMs >= state.untilMs
    ? { ...state, phase: 'half-open', probes: NO_LEASES, successes: 0 }
    : state;

const isOlderThan = (buckets: readonly Bucket[], ms: number, nowMs: number): boolean =>
  buckets.every(({ startMs }) => startMs <= nowMs - ms);

/** Nothing that it says is in force any more. */
export const isBreakerFresh = (state: BreakerState, nowMs: number): boolean =>
  state.phase === 'closed'
    ? (state.ramp === undefined || isRampOver(state.ramp, nowMs)) &&
      isOlderThan(state.buckets, state.failuresInARow === 0 ? BREAKER_WINDOW_MS : FORGET_MS, nowMs)
    : nowMs >= state.untilMs + FORGET_MS &&
      (state.phase === 'open' || Object.keys(heldLeases(state.probes, nowMs)).length === 0);

/** One call wants through: the state with it, or when to ask again. Half-open it holds one of three leases. */
export function enterBreaker(
  state: BreakerState,
  lease: string,
  nowMs: number,
): { readonly state: BreakerState } | { readonly opensMs: number; readonly phase: BreakerState['phase'] } {
  const at = breakerAt(state, nowMs);
  switch (at.phase) {
    case 'open':
      return { opensMs: at.untilMs, phase: at.phase };
    case 'half-open':
      return Object.keys(heldLeases(at.probes, nowMs)).length >= BREAKER_PROBES
        ? { opensMs: nowMs + RECHECK_MS, phase: at.phase }
        : { state: { ...at, probes: withLease(at.probes, lease, nowMs) } };
    case 'closed': {
      if (!at.ramp || isRampOver(at.ramp, nowMs)) return { state: at };
      const opensMs = rampOpensAt(at.ramp, nowMs);
      return opensMs > nowMs
        ? { opensMs, phase: at.phase }
        : { state: { ...at, ramp: takeFromRamp(at.ramp) } };
    }
  }
}

/** The state after one failure. `draw` from [0, 1) spreads the time that it stays open. Only probes count half-open. */
export function afterBreakerFailure(
  state: BreakerState,
  lease: string | undefined,
  nowMs: number,
  draw: number,
): BreakerState {
  const at = breakerAt(state, nowMs);
  switch (at.phase) {
    case 'open':
      return at;
    case 'half-open':
      return lease !== undefined && Object.hasOwn(at.probes, lease) ? opened(at.opens, nowMs, draw) : at;
    case 'closed': {
      const failuresInARow = isOlderThan(at.buckets, FORGET_MS, nowMs) ? 1 : at.failuresInARow + 1;
      const buckets = counted(at.buckets, 1, 1, nowMs);
      return isTripped(buckets, failuresInARow) ? opened(0, nowMs, draw) : { ...at, buckets, failuresInARow };
    }
  }
}

/** The state after so many successes. Three probes that succeed close it; then calls come back step by step. */
export function afterBreakerSuccess(
  state: BreakerState,
  lease: string | undefined,
  successes: number,
  nowMs: number,
): BreakerState {
  const at = breakerAt(state, nowMs);
  switch (at.phase) {
    case 'open':
      return at;
    case 'half-open': {
      if (lease === undefined || !Object.hasOwn(at.probes, lease)) return at;
      const proved = at.successes + 1;
      return proved >= SUCCESSES_TO_CLOSE
        ? { phase: 'closed', buckets: [], failuresInARow: 0, ramp: { sinceMs: nowMs, taken: 0 } }
        : { ...at, successes: proved, probes: withoutLease(at.probes, lease) };
    }
    case 'closed':
      return { ...at, buckets: counted(at.buckets, successes, 0, nowMs), failuresInARow: 0 };
  }
}

/** A lease that ended without a verdict. */
export const releaseBreaker = (state: BreakerState, lease: string): BreakerState =>
  state.phase === 'half-open' && Object.hasOwn(state.probes, lease)
    ? { ...state, probes: withoutLease(state.probes, lease) }
    : state;
