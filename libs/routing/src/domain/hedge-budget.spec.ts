import fc from 'fast-check';
import { earnHedge, freshHedgeBudget, Hedges, spendHedge, type HedgeBudget } from './hedge-budget';

/** Hedges that are let through when every call asks for one. */
function drain(budget: HedgeBudget): number {
  let left: HedgeBudget | undefined = budget;
  for (let spent = 0; ; spent++) {
    left = spendHedge(left);
    if (!left) return spent;
  }
}

function after(calls: number, budget = freshHedgeBudget()): HedgeBudget {
  for (let i = 0; i < calls; i++) budget = earnHedge(budget);
  return budget;
}

it.each([
  [0, 1],
  [49, 1],
  [50, 2],
  [200, 5],
  [450, 10],
  [100_000, 10],
])('after %i calls without a hedge there are %i', (calls, hedges) => {
  expect(drain(after(calls))).toBe(hedges);
});

it('is paid for by 50 calls each, once it is used up', () => {
  const spent = spendHedge(freshHedgeBudget());
  expect(spent && [49, 50, 99, 100].map((calls) => drain(after(calls, spent)))).toEqual([0, 1, 1, 2]);
});

it('lets at most one plus 2 % of the calls through, and never refuses what it owes', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 2_000 }), (wishes) => {
      const hedges = new Hedges();
      let spent = 0;
      let refusedWithout = 0;
      for (const [i, wishesOne] of wishes.entries()) {
        hedges.earn();
        if (!wishesOne) continue;
        if (hedges.affords()) {
          hedges.spend();
          spent++;
        } else refusedWithout = Math.max(refusedWithout, 50 + i + 1 - spent * 50);
        expect(spent * 50).toBeLessThanOrEqual(50 + i + 1);
      }
      // Below the most that is saved nothing is lost: whoever was refused really had less than one.
      if (wishes.length <= 450) expect(refusedWithout).toBeLessThan(50);
    }),
  );
});

it('is not spent below nothing', () => {
  const hedges = new Hedges();
  hedges.spend();
  hedges.spend();
  for (let i = 0; i < 50; i++) hedges.earn();
  expect(hedges.affords()).toBe(true);
  hedges.spend();
  expect(hedges.affords()).toBe(false);
});
