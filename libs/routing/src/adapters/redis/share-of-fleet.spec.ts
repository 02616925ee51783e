import { FRESH_GROUP } from '../../domain/group/group-state';
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
  expect(shareOf(state, 3, new Set(['own', 'old']))).toEqual({
    ...FRESH_GROUP,
    minute: [{ second: 1, requests: 3, tokens: 100 }],
    day: { id: 'today', requests: 10, tokens: 200 },
    calls: { own: 1 },
  });
});
