import fc from 'fast-check';
import { FRESH_GROUP, type GroupState } from '../../domain/group/group-state';
import { divideLimits, shareOf } from './share-of-fleet';

it.each([
  [1, { rpm: 10, tpm: 1_000 }],
  [3, { rpm: 3, tpm: 333 }],
  [20, { rpm: 1, tpm: 50 }],
])('one of %d replicas may use its part of each limit, and never nothing', (replicas, expected) => {
  expect(divideLimits({ rpm: 10, tpm: 1_000 }, replicas)).toEqual(expected);
  expect(divideLimits({}, replicas)).toEqual({});
});

it('takes an equal part of what was counted, and its own calls', () => {
  const state = {
    ...FRESH_GROUP,
    minute: [{ second: 1, requests: 9, tokens: 300 }],
    day: { id: 'today', requests: 30, tokens: 600 },
    calls: { own: 1, another: 2 },
  };
  expect(shareOf(state, state, 3, new Set(['own', 'old']))).toEqual({
    ...FRESH_GROUP,
    minute: [{ second: 1, requests: 3, tokens: 100 }],
    day: { id: 'today', requests: 10, tokens: 200 },
    calls: { own: 1 },
  });
});

it('counts the whole of what this replica has used since it last heard of the others', () => {
  const read = {
    ...FRESH_GROUP,
    minute: [{ second: 1, requests: 9, tokens: 300 }],
    day: { id: 'today', requests: 30, tokens: 600 },
  };
  const state = {
    ...read,
    minute: [
      { second: 1, requests: 11, tokens: 290 },
      { second: 2, requests: 4, tokens: 40 },
    ],
    day: { id: 'today', requests: 36, tokens: 630 },
  };
  const { minute, day } = shareOf(state, read, 3, new Set());
  expect(minute).toEqual([
    { second: 1, requests: 5, tokens: 90 },
    { second: 2, requests: 4, tokens: 40 },
  ]);
  expect(day).toEqual({ id: 'today', requests: 16, tokens: 230 });
  // A day that has begun since is this replica's alone.
  expect(shareOf({ ...state, day: { id: 'new', requests: 2, tokens: 9 } }, read, 3, new Set()).day).toEqual({
    id: 'new',
    requests: 2,
    tokens: 9,
  });
});

it('loses and doubles nothing: what replicas count apart is what all have used', () => {
  const counts = fc.integer({ min: 0, max: 50 });
  fc.assert(
    fc.property(counts, fc.array(counts, { minLength: 1, maxLength: 5 }), (together, since) => {
      const at = (requests: number): GroupState => ({
        ...FRESH_GROUP,
        minute: [{ second: 1, requests, tokens: 0 }],
      });
      const shares = since.map((own) => shareOf(at(together + own), at(together), since.length, new Set()));
      const counted = shares.reduce((sum, { minute }) => sum + (minute[0]?.requests ?? 0), 0);
      expect(counted).toBeCloseTo(together + since.reduce((sum, own) => sum + own, 0), 6);
    }),
  );
});
