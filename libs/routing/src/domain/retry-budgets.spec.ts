import { RetryBudgets } from './retry-budgets';

const T0 = 1_750_000_000_000;

/** Extra attempts that are let through at once. */
function drain(budgets: RetryBudgets, group: string, nowMs: number): number {
  let spent = 0;
  while (spent < 1_000 && budgets.affords(group, nowMs)) {
    budgets.spend(group, nowMs);
    spent++;
  }
  return spent;
}

it('each group has a budget of its own, under whatever name', () => {
  const budgets = new RetryBudgets();
  expect(['a', 'b', '__proto__', 'constructor'].map((group) => drain(budgets, group, T0))).toEqual([
    10, 10, 10, 10,
  ]);
  expect(['a', 'b'].map((group) => drain(budgets, group, T0 + 3_000))).toEqual([3, 3]);
});

it('asking costs nothing, and spending what is not there neither', () => {
  const budgets = new RetryBudgets();
  for (let i = 0; i < 50; i++) budgets.affords('a', T0);
  expect(drain(budgets, 'a', T0)).toBe(10);
  for (let i = 0; i < 50; i++) budgets.spend('a', T0);
  expect(drain(budgets, 'a', T0 + 2_000)).toBe(2);
});

it('successes give back to the group where they happened', () => {
  const budgets = new RetryBudgets();
  for (const group of ['a', 'b']) drain(budgets, group, T0);
  for (let i = 0; i < 40; i++) budgets.credit('a', T0);
  expect(['a', 'b'].map((group) => drain(budgets, group, T0))).toEqual([4, 0]);
});
