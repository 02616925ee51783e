import fc from 'fast-check';
import { TokenBucket } from './token-bucket';

const NOW = 1_000_000;

describe('a token bucket', () => {
  it('lets a burst through and then as many as flow in', () => {
    const bucket = new TokenBucket(3, 1 / 1_000, NOW);
    expect([1, 2, 3, 4].map(() => bucket.take(1, NOW))).toEqual([true, true, true, false]);
    expect(bucket.waitMs(1, NOW)).toBe(1_000);
    expect(bucket.take(1, NOW + 999)).toBe(false);
    expect(bucket.take(1, NOW + 1_000)).toBe(true);
    expect(bucket.fullInMs(NOW + 1_000)).toBe(3_000);
    expect(bucket.level(NOW + 60_000)).toBe(3);
  });

  it('can be overdrawn by what a request cost beyond its estimate, and gives back what it did not', () => {
    const bucket = new TokenBucket(100, 0.1, NOW);
    expect(bucket.take(10, NOW)).toBe(true);
    bucket.charge(190, NOW);
    expect(bucket.level(NOW)).toBe(-100);
    expect(bucket.waitMs(10, NOW)).toBe(1_100);
    bucket.charge(-500, NOW);
    expect(bucket.level(NOW)).toBe(100);
  });

  it('never fits what is larger than itself, and fills nothing when the clock goes back', () => {
    const bucket = new TokenBucket(5, 1, NOW);
    expect(bucket.waitMs(6, NOW)).toBe(Infinity);
    expect(bucket.take(6, NOW + 1_000)).toBe(false);
    expect(bucket.take(5, NOW + 1_000)).toBe(true);
    expect(bucket.level(NOW)).toBe(0);
  });

  it('admits no more than its capacity and what flowed in, over any stretch of time', () => {
    const step = fc.record({ afterMs: fc.nat(5_000), amount: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0.000_1, max: 0.1, noNaN: true }),
        fc.array(step, { maxLength: 200 }),
        (capacity, perMs, steps) => {
          const bucket = new TokenBucket(capacity, perMs, NOW);
          const taken: { atMs: number; amount: number }[] = [];
          let atMs = NOW;
          for (const { afterMs, amount } of steps) {
            atMs += afterMs;
            const waitMs = bucket.waitMs(amount, atMs);
            const isTaken = bucket.take(amount, atMs);
            expect(isTaken).toBe(waitMs === 0);
            if (isTaken) taken.push({ atMs, amount });
          }
          for (const [from, first] of taken.entries()) {
            let sum = 0;
            for (const { atMs: at, amount } of taken.slice(from)) {
              sum += amount;
              expect(sum).toBeLessThanOrEqual(capacity + (at - first.atMs) * perMs + 1e-6);
            }
          }
        },
      ),
    );
  });

  it('admits again after exactly the wait it states', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (capacity, amount, perMs) => {
          fc.pre(amount <= capacity);
          const bucket = new TokenBucket(capacity, perMs, NOW);
          bucket.take(capacity, NOW);
          const waitMs = bucket.waitMs(amount, NOW);
          expect(bucket.take(amount, NOW + waitMs * 0.99)).toBe(false);
          expect(bucket.take(amount, NOW + Math.ceil(waitMs) + 1)).toBe(true);
        },
      ),
    );
  });
});
