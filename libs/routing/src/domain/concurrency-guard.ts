/** Nobody refused for so long: the guess is forgotten. */
const FORGET_MS = 10 * 60_000;
const HALF = 0.5;

/**
 * How many calls a provider seems to take at once, where it says no without saying how many: additive increase,
 * multiplicative decrease, each replica for itself. Plain data.
 */
export interface ConcurrencyGuard {
  /** Calls under way that are let through; grows by one per so many successes. */
  readonly limit: number;
  readonly refusedAtMs: number;
}

/** After a refusal with so many calls under way, the refused one included: half of them at most. */
export function afterRefusal(
  guard: ConcurrencyGuard | undefined,
  underWay: number,
  nowMs: number,
): ConcurrencyGuard {
  const most = Math.min(guard?.limit ?? underWay, Math.max(1, underWay));
  return { limit: Math.max(1, Math.floor(most * HALF)), refusedAtMs: nowMs };
}

/** After a success; undefined: the provider has taken everything for long enough. */
export function afterSuccess(guard: ConcurrencyGuard, nowMs: number): ConcurrencyGuard | undefined {
  if (nowMs - guard.refusedAtMs >= FORGET_MS) return undefined;
  return { ...guard, limit: guard.limit + 1 / guard.limit };
}

/** True: one more call may go while so many are under way. */
export const admitsOneMore = (guard: ConcurrencyGuard | undefined, underWay: number): boolean =>
  guard === undefined || underWay < Math.floor(guard.limit);
