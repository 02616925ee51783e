import { creditSuccess, freshRetryBudget, spendRetry, type RetryBudget } from './retry-budget';

/** What each quota group may still cost this replica in extra attempts. */
export class RetryBudgets {
  private readonly budgets = new Map<string, RetryBudget>();

  /** True: one more attempt at this group is paid for. */
  affords(group: string, nowMs: number): boolean {
    return spendRetry(this.of(group, nowMs), nowMs) !== undefined;
  }

  spend(group: string, nowMs: number): void {
    const spent = spendRetry(this.of(group, nowMs), nowMs);
    if (spent) this.budgets.set(group, spent);
  }

  credit(group: string, nowMs: number): void {
    this.budgets.set(group, creditSuccess(this.of(group, nowMs), nowMs));
  }

  private of(group: string, nowMs: number): RetryBudget {
    return this.budgets.get(group) ?? freshRetryBudget(nowMs);
  }
}
