import fc from 'fast-check';
import { T0 } from '../../testing/groups';
import {
  bucketLeft,
  bucketOpensAt,
  isBucketOver,
  isLow,
  isPlenty,
  noteOfReading,
  readBucket,
  takeFromBucket,
  type BucketNote,
  type QuotaBucket,
  type ReadingCall,
} from './quota-bucket';

const MINUTE = 60_000;
const said = (more: Partial<BucketNote> = {}): BucketNote => ({
  bucket: 'requests',
  unit: 'requests',
  limit: 60,
  remaining: 30,
  waitMs: 20_000,
  periodMs: MINUTE,
  refill: 'window',
  ...more,
});
const bucket = (more: Partial<BucketNote> = {}, taken = 0): QuotaBucket => ({
  ...readBucket(undefined, said(more), T0),
  taken,
});
const fills = { refill: 'continuous' } as const;

it.each<[string, QuotaBucket, number, number]>([
  ['a window as it was read', bucket(), 0, 30],
  ['less what was sent since', bucket({}, 12), 19_999, 18],
  ['the whole limit in the next window', bucket({}, 12), 20_000, 60],
  ['one that fills has gained a second of its limit', bucket(fills, 12), 1_000, 19],
  ['and is never more than full', bucket(fills), MINUTE, 60],
  ['whatever the clock does', bucket(fills, 12), -9_000, 18],
])('what is left: %s', (_, from, ms, left) => expect(bucketLeft(from, T0 + ms)).toBeCloseTo(left));

it.each<[string, QuotaBucket, number, number]>([
  ['it fits', bucket(), 30, 0],
  ['the window has to end', bucket(), 31, 20_000],
  ['larger than the limit: it waits for a full one', bucket(), 10_000, 20_000],
  ['one that fills: for as long as it takes', bucket({ ...fills, remaining: 0 }), 2, 2_000],
  ['larger than the limit: until it is full', bucket({ ...fills, remaining: 0 }), 999, MINUTE],
])('when it opens: %s', (_, from, need, ms) => expect(bucketOpensAt(from, need, T0)).toBe(T0 + ms));

it.each<[string, Partial<BucketNote>, number, boolean]>([
  ['a quarter, and twenty requests', { remaining: 20, limit: 80 }, 1, true],
  ['fewer than twenty', { remaining: 19, limit: 20 }, 1, false],
  ['less than a quarter', { remaining: 200, limit: 1_000 }, 1, false],
  ['less than twenty such calls', { remaining: 9_000, limit: 10_000 }, 1_000, false],
])('plenty is %s', (_, more, need, plenty) => expect(isPlenty(bucket(more), need, T0)).toBe(plenty));

it('is low below a quarter', () =>
  expect([14, 15].map((remaining) => isLow(said({ remaining })))).toEqual([true, false]));

describe('a reading', () => {
  const read = (more: object) =>
    noteOfReading(
      { bucket: 'tokens', unit: 'tokens', refill: 'window', limit: 100, remaining: 40, ...more },
      T0,
    );

  it('becomes a note with a wait in place of an instant', () =>
    expect(read({ resetAtMs: T0 + 1_500.4 })).toEqual({
      bucket: 'tokens',
      unit: 'tokens',
      refill: 'window',
      limit: 100,
      remaining: 40,
      waitMs: 1_500,
      periodMs: MINUTE,
    }));

  it('of a day fills over a day', () =>
    expect(
      noteOfReading(
        { bucket: 'requests_day', unit: 'requests', refill: 'continuous', limit: 100, remaining: 4 },
        T0,
      ),
    ).toMatchObject({ periodMs: 24 * 60 * MINUTE }));

  it.each([
    ['no remaining', { remaining: undefined, resetAtMs: T0 }],
    ['a window without an end', {}],
    ['a limit of nothing', { limit: 0, resetAtMs: T0 }],
  ])('binds nobody with %s', (_, more) => expect(read(more)).toBeUndefined());

  it('that says less than is known counts, one that says more was written earlier', () => {
    const known = bucket({}, 5);
    expect(readBucket(known, said({ remaining: 25 }), T0 + 1)).toBe(known);
    expect(readBucket(known, said({ remaining: 28 }), T0 + 1)).toBe(known);
    expect(readBucket(known, said({ remaining: 24 }), T0 + 1)).toMatchObject({ remaining: 24, taken: 0 });
  });

  it.each<[string, Partial<BucketNote>, number]>([
    ['after the end of the window', { remaining: 59 }, 20_000],
    ['with another limit', { remaining: 100, limit: 120 }, 1],
    ['of another kind', { ...fills, remaining: 59 }, 1],
  ])('counts whatever it says %s', (_, more, ms) =>
    expect(readBucket(bucket({}, 5), said(more), T0 + ms)).toMatchObject({
      remaining: more.remaining,
      taken: 0,
    }),
  );
});

describe('a reading that says less than is known', () => {
  const demand = { inputTokens: 30, outputTokens: 10 };
  /** Two calls at once, and one a second later; each is a request or 40 tokens. */
  const sent = (more: Partial<BucketNote> = {}): QuotaBucket => {
    const need = more.unit === 'tokens' ? 40 : 1;
    return [0, 0, 1_000].reduce(
      (at, ms) => takeFromBucket(at, need, T0 + ms),
      bucket({ limit: 600, remaining: 600, ...more }),
    );
  };
  const tokens = { bucket: 'tokens', unit: 'tokens' } as const;

  it.each<[string, Partial<BucketNote>, ReadingCall | undefined, number]>([
    ['the other of the two and the later one', {}, { ageMs: 1_500, demand }, 18],
    ['tokens of those', tokens, { ageMs: 1_500, demand }, 20 - 80],
    ['of the last call none', {}, { ageMs: 500, demand }, 20],
    ['all, where it took nothing itself', {}, { ageMs: 1_500 }, 17],
    ['none, where nobody knows whose answer it was', {}, undefined, 20],
    ['in one that fills', fills, { ageMs: 1_500, demand }, 18],
  ])('counts less what was under way then: %s', (_, more, call, left) => {
    const note = said({ limit: 600, ...more, remaining: 20 });
    expect(bucketLeft(readBucket(sent(more), note, T0 + 1_500, call), T0 + 1_500)).toBe(left);
  });

  it('counts them also for the next one, and forgets what was long ago', () => {
    const call = { ageMs: 1_500, demand };
    const first = readBucket(sent(), said({ limit: 600, remaining: 20 }), T0 + 1_500, call);
    const next = readBucket(first, said({ limit: 600, remaining: 10 }), T0 + 1_500, call);
    expect(bucketLeft(next, T0 + 1_500)).toBe(8);
    const late = readBucket(next, said({ limit: 600, remaining: 5 }), T0 + 9_000, { ageMs: 9_000, demand });
    expect([late.taken, late.sent]).toEqual([0, []]);
  });

  it('leaves no more than the provider has for those to come', () => {
    const LATENCY_MS = 20;
    const calls = fc.array(
      fc.record({ afterMs: fc.constantFrom(0, 1, 7, 150, 900), headMs: fc.integer({ min: 0, max: 4_000 }) }),
      {
        minLength: 1,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 90 }), (steps, stolen) => {
        let ours = bucket({ limit: 100, remaining: 100, waitMs: 600_000 });
        let nowMs = T0;
        const enteredMs: number[] = [];
        const heads: { atMs: number; n: number }[] = [];
        const hear = (untilMs: number): void => {
          for (const { atMs, n } of heads
            .filter((head) => head.atMs <= untilMs)
            .sort((a, b) => a.atMs - b.atMs)) {
            const call = { ageMs: atMs - (enteredMs[n] ?? 0), demand };
            const after = readBucket(
              ours,
              said({ limit: 100, remaining: 99 - stolen - n, waitMs: 600_000 }),
              atMs,
              call,
            );
            if (after !== ours)
              expect(bucketLeft(after, atMs)).toBeLessThanOrEqual(100 - stolen - enteredMs.length);
            ours = after;
          }
          heads.splice(0, heads.length, ...heads.filter((head) => head.atMs > untilMs));
        };
        for (const { afterMs, headMs } of steps) {
          hear((nowMs += afterMs));
          if (bucketOpensAt(ours, 1, nowMs) > nowMs || enteredMs.length + stolen >= 99) continue;
          ours = takeFromBucket(ours, 1, nowMs);
          heads.push({ atMs: nowMs + LATENCY_MS + headMs, n: enteredMs.length });
          enteredMs.push(nowMs);
        }
        hear(Infinity);
        expect(bucketLeft(ours, nowMs)).toBeLessThanOrEqual(100 - stolen - enteredMs.length);
      }),
    );
  });
});

it('is over when its window has ended, or when it is full', () => {
  expect([19_999, 20_000].map((ms) => isBucketOver(bucket(), T0 + ms))).toEqual([false, true]);
  expect([29_000, 30_000].map((ms) => isBucketOver(bucket(fills), T0 + ms))).toEqual([false, true]);
});

it('begins a new window when the old one is over', () =>
  expect(takeFromBucket(bucket({}, 30), 2, T0 + 20_000)).toMatchObject({
    taken: 2,
    remaining: 60,
    resetAtMs: T0 + 80_000,
  }));

it('lets no more through than a bucket of the provider that fills at the same rate', () => {
  const arbitrary = fc.record({
    limit: fc.integer({ min: 1, max: 200 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    needs: fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom(0, 0, 0, 900, 90_000)), {
      maxLength: 200,
    }),
  });
  fc.assert(
    fc.property(arbitrary, ({ limit, share, needs }) => {
      const start = Math.floor(limit * share);
      let ours = readBucket(undefined, said({ ...fills, limit, remaining: start, waitMs: 0 }), T0);
      let [theirs, nowMs] = [start, T0];
      for (const [wanted, stepMs] of needs) {
        const need = Math.min(wanted, limit);
        nowMs += stepMs;
        theirs = Math.min(limit, theirs + (limit * stepMs) / MINUTE);
        const opensMs = bucketOpensAt(ours, need, nowMs);
        if (opensMs > nowMs) {
          expect(bucketOpensAt(ours, need, opensMs)).toBe(opensMs);
          continue;
        }
        ours = takeFromBucket(ours, need, nowMs);
        theirs -= need;
        expect(theirs).toBeGreaterThanOrEqual(-0.1);
      }
    }),
  );
});
