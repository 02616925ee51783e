import fc from 'fast-check';
import { NO_PENALTY, penalise, penaltyAt, type Penalty } from './penalty';

const T0 = 1_700_000_000_000;
const MINUTE = 60_000;
type What = Parameters<typeof penalise>[1];
const after = (whats: readonly What[], stepMs = 0): Penalty =>
  whats.reduce<Penalty>((penalty, what, i) => penalise(penalty, what, 1, T0 + i * stepMs), NO_PENALTY);

it.each<[readonly What[], number]>([
  [[], 0],
  [['rate_limited'], 3],
  [['failed'], 1],
  [['failed', 'succeeded'], 0],
  [['succeeded', 'succeeded', 'failed'], 1],
  [['rate_limited', 'rate_limited', 'rate_limited', 'rate_limited'], 10],
])('%j counts %d', (whats, score) => expect(penaltyAt(after(whats), T0)).toBe(score));

it('forgets a point every two minutes, wherever it is looked at in between', () => {
  const penalty = after(['rate_limited']);
  expect([0, 1.9, 2, 3.9, 4, 6, 60].map((minutes) => penaltyAt(penalty, T0 + minutes * MINUTE))).toEqual([
    3, 3, 2, 2, 1, 0, 0,
  ]);
  const again = penalise(penalty, 'failed', 1, T0 + 3 * MINUTE);
  expect([3, 3.9, 4].map((minutes) => penaltyAt(again, T0 + minutes * MINUTE))).toEqual([3, 3, 2]);
});

it('counts calls that are told together as if they were told one by one', () => {
  const penalty = after(['rate_limited', 'rate_limited']);
  expect([1, 2, 50].map((calls) => penalise(penalty, 'succeeded', calls, T0).score)).toEqual([5, 4, 0]);
});

it('stays within 0 and 10', () => {
  const what = fc.constantFrom<What>('rate_limited', 'failed', 'succeeded');
  fc.assert(
    fc.property(fc.array(fc.tuple(what, fc.nat(10 * MINUTE))), (events) => {
      let penalty = NO_PENALTY;
      let nowMs = T0;
      for (const [kind, stepMs] of events) {
        nowMs += stepMs;
        penalty = penalise(penalty, kind, 1, nowMs);
        const score = penaltyAt(penalty, nowMs);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(10);
      }
    }),
  );
});
