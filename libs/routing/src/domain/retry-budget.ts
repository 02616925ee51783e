/** Thousandths of an attempt: whole numbers, so that tenths add up. */
const ATTEMPT = 1_000;
const START = 10 * ATTEMPT;
const PER_SUCCESS = ATTEMPT / 10;
/** One attempt per second. */
const PER_MS = ATTEMPT / 1_000;
const MOST = 100 * ATTEMPT;

/** What one quota group may still cost in extra attempts, on this replica. */
export interface RetryBudget {
  /** In thousandths of an attempt. */
  readonly left: number;
  readonly atMs: number;
}

export const freshRetryBudget = (nowMs: number): RetryBudget => ({ left: START, atMs: nowMs });

const grown = ({ left, atMs }: RetryBudget, nowMs: number): number =>
  Math.min(MOST, left + Math.floor(Math.max(0, nowMs - atMs)) * PER_MS);

/** A tenth of an attempt comes back with every success. */
export const creditSuccess = (budget: RetryBudget, nowMs: number): RetryBudget => ({
  left: Math.min(MOST, grown(budget, nowMs) + PER_SUCCESS),
  atMs: Math.max(nowMs, budget.atMs),
});

/** The budget after one more extra attempt; undefined: there is none left for it. */
export function spendRetry(budget: RetryBudget, nowMs: number): RetryBudget | undefined {
  const left = grown(budget, nowMs) - ATTEMPT;
  return left < 0 ? undefined : { left, atMs: Math.max(nowMs, budget.atMs) };
}
