import fc from 'fast-check';
import { T0 } from '../../testing/groups';
import { isRampOver, rampOpensAt, takeFromRamp, type Ramp } from './ramp';

const fresh: Ramp = { sinceMs: T0, taken: 0 };

/** Calls that are let through when as many as possible ask at these times. */
function letThrough(timesMs: readonly number[], most = 5_000): number[] {
  let ramp = fresh;
  return timesMs.map((ms) => {
    let calls = 0;
    while (calls < most && rampOpensAt(ramp, T0 + ms) <= T0 + ms) {
      ramp = takeFromRamp(ramp);
      calls++;
    }
    return calls;
  });
}

it('admits 2, 4, 8, ... calls per quarter of a second, and everybody after two seconds', () => {
  expect(letThrough([0, 249, 250, 500, 750, 1_000, 1_250, 1_500, 1_750])).toEqual([
    2, 0, 4, 8, 16, 32, 64, 128, 256,
  ]);
  expect(letThrough([2_000], 5_000)).toEqual([5_000]);
  expect([1_999, 2_000].map((ms) => isRampOver(fresh, T0 + ms))).toEqual([false, true]);
});

it('says when the next step begins', () => {
  const full = { sinceMs: T0, taken: 2 };
  expect(rampOpensAt(full, T0 + 100)).toBe(T0 + 250);
  expect(rampOpensAt({ sinceMs: T0, taken: 6 }, T0 + 260)).toBe(T0 + 500);
});

it('never lets more through than its steps allow, whenever calls come and whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -500, max: 1_999 }), { maxLength: 300 }), (timesMs) => {
      let ramp = fresh;
      let latestMs = 0;
      for (const ms of timesMs) {
        const nowMs = T0 + ms;
        latestMs = Math.max(latestMs, ms);
        const opensMs = rampOpensAt(ramp, nowMs);
        expect(opensMs).toBeLessThanOrEqual(Math.max(nowMs, T0) + 250);
        if (opensMs <= nowMs) ramp = takeFromRamp(ramp);
        expect(ramp.taken).toBeLessThanOrEqual(2 * (2 ** (Math.floor(latestMs / 250) + 1) - 1));
      }
    }),
  );
});
