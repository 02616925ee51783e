/** Nobody refused for so long: the guess is forgotten. */
const FORGET_MS = 10 * 60_000;
const HALF = 0.5;
/** Nobody can succeed while nobody is let in: one more is tried in this time without a refusal. */
const GROW_MS = 2_000;

/**
 * How many calls a provider seems to take at once, where it says no without saying how many: additive increase,
 * multiplicative decrease, each replica for itself. Plain data.
 */
export interface ConcurrencyGuard {
  /** Calls under way that are let through; grows by one per so many successes. */
  readonly limit: number;
  readonly refusedAtMs: number;
}

/**
 * After a refusal with so many calls under way, the refused one included: half of them at most. Calls that began before
 * the last decrease are refused for the same reason: a burst is halved once.
 */
export function afterRefusal(
  guard: ConcurrencyGuard | undefined,
  underWay: number,
  startedMs: number,
  nowMs: number,
): ConcurrencyGuard {
  if (guard && startedMs < guard.refusedAtMs) return guard;
  const most = Math.min(guard ? allowed(guard, nowMs) : underWay, Math.max(1, underWay));
  return { limit: Math.max(1, Math.floor(most * HALF)), refusedAtMs: nowMs };
}

/** After a success; undefined: the provider has taken everything for long enough. */
export function afterSuccess(guard: ConcurrencyGuard, nowMs: number): ConcurrencyGuard | undefined {
  if (nowMs - guard.refusedAtMs >= FORGET_MS) return undefined;
  return { ...guard, limit: guard.limit + 1 / guard.limit };
}

/** A single refusal keeps nobody out for long: the limit grows by time as well. */
const allowed = ({ limit, refusedAtMs }: ConcurrencyGuard, nowMs: number): number =>
  limit + Math.max(0, nowMs - refusedAtMs) / GROW_MS;

/** True: one more call may go while so many are under way. */
export const admitsOneMore = (
  guard: ConcurrencyGuard | undefined,
  underWay: number,
  nowMs: number,
): boolean => guard === undefined || underWay < Math.floor(allowed(guard, nowMs));
