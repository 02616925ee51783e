import fc from 'fast-check';
import { admitsOneMore, afterRefusal, afterSuccess, type ConcurrencyGuard } from './concurrency-guard';

const T0 = 1_750_000_000_000;
const MINUTE = 60_000;

it.each([
  [1, 1],
  [2, 1],
  [9, 4],
  [40, 20],
])('a refusal with %d under way leaves %d', (underWay, limit) =>
  expect(afterRefusal(undefined, underWay, T0 - 1, T0)).toEqual({ limit, refusedAtMs: T0 }),
);

it('a burst that is refused as a whole is halved once', () => {
  let guard: ConcurrencyGuard | undefined;
  for (let i = 0; i < 20; i++) guard = afterRefusal(guard, 20 - i, T0, T0 + 100 + i);
  expect(guard?.limit).toBe(10);
  expect(afterRefusal(guard, 10, T0 + 200, T0 + 300).limit).toBe(5);
});

it('admits as many as it says, and everything where nobody was refused', () => {
  expect(admitsOneMore(undefined, 10_000, T0)).toBe(true);
  const guard = { limit: 2.9, refusedAtMs: T0 };
  expect([0, 1, 2].map((underWay) => admitsOneMore(guard, underWay, T0))).toEqual([true, true, false]);
});

it('lets one more in for every two seconds without a refusal', () => {
  const guard = { limit: 1, refusedAtMs: T0 };
  expect([0, 1_999, 2_000, 4_000].map((ms) => admitsOneMore(guard, 1, T0 + ms))).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(admitsOneMore(guard, 1, T0 - 10_000)).toBe(false);
});

it('grows by about one for as many successes as it admits, and is forgotten after ten quiet minutes', () => {
  let guard: ConcurrencyGuard | undefined = { limit: 10, refusedAtMs: T0 };
  for (let i = 0; i < 10; i++) guard = guard && afterSuccess(guard, T0 + 1);
  expect(guard?.limit).toBeGreaterThan(10.9);
  expect(guard?.limit).toBeLessThan(11);
  expect(guard && afterSuccess(guard, T0 + 10 * MINUTE - 1)).toBeDefined();
  expect(guard && afterSuccess(guard, T0 + 10 * MINUTE)).toBeUndefined();
});

it('always lets one call through, and finds what a provider takes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), (takes) => {
      let guard: ConcurrencyGuard | undefined;
      let refusals = 0;
      for (let round = 0; round < 400; round++) {
        const startedMs = T0 + round * 500;
        let underWay = 0;
        while (underWay < 100 && admitsOneMore(guard, underWay, startedMs)) underWay++;
        expect(underWay).toBeGreaterThanOrEqual(1);
        for (let i = 0; i < underWay; i++) {
          const nowMs = startedMs + 1 + i;
          if (i >= takes) {
            guard = afterRefusal(guard, underWay, startedMs, nowMs);
            if (round >= 200) refusals++;
          } else if (guard) guard = afterSuccess(guard, nowMs);
        }
      }
      const admitted = Math.floor(guard?.limit ?? 100);
      expect(admitted).toBeLessThanOrEqual(takes + 1);
      expect(admitted).toBeGreaterThanOrEqual(Math.floor(takes / 2));
      expect(refusals).toBeLessThanOrEqual(200);
    }),
    { numRuns: 40 },
  );
});
