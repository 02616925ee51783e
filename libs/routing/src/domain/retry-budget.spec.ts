import fc from 'fast-check';
import { creditSuccess, freshRetryBudget, spendRetry, type RetryBudget } from './retry-budget';

const T0 = 1_700_000_000_000;

/** Extra attempts that are let through when everybody asks for as many as possible. */
function drain(budget: RetryBudget, nowMs: number): number {
  let left: RetryBudget | undefined = budget;
  for (let spent = 0; ; spent++) {
    left = spendRetry(left, nowMs);
    if (!left) return spent;
  }
}

it('starts with ten and grows by one a second, up to a hundred', () => {
  const fresh = freshRetryBudget(T0);
  expect([0, 0.9, 1, 5, 90, 1_000].map((s) => drain(fresh, T0 + s * 1_000))).toEqual([
    10, 10, 11, 15, 100, 100,
  ]);
});

it('gives back a tenth per success', () => {
  let budget = freshRetryBudget(T0);
  for (let i = 0; i < 50; i++) budget = creditSuccess(budget, T0);
  expect(drain(budget, T0)).toBe(15);
});

it('lets at most ten plus a tenth of the successes plus one a second through, whatever the order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ success: fc.boolean(), stepMs: fc.nat(2_000) }), { maxLength: 400 }),
      (events) => {
        let budget = freshRetryBudget(T0);
        let nowMs = T0;
        let spent = 0;
        let successes = 0;
        for (const { success, stepMs } of events) {
          nowMs += stepMs;
          if (success) {
            successes++;
            budget = creditSuccess(budget, nowMs);
            continue;
          }
          const left = spendRetry(budget, nowMs);
          if (!left) continue;
          spent++;
          budget = left;
        }
        expect(spent * 1_000).toBeLessThanOrEqual(10_000 + successes * 100 + (nowMs - T0));
      },
    ),
  );
});
