import { T0 } from '../../testing/groups';
import { bucketKey, FRESH_GROUP } from './group-state';
import { bucketLeft, type QuotaBucket } from './quota-bucket';
import { reportToGroup } from './report-to-group';

const bucket = (unit: QuotaBucket['unit'], remaining: number): QuotaBucket => ({
  unit,
  limit: 1_000,
  remaining,
  resetAtMs: T0 + 60_000,
  periodMs: 60_000,
  refill: 'continuous',
  atMs: T0,
  taken: 0,
  sent: [],
});

const state = {
  ...FRESH_GROUP,
  buckets: {
    [bucketKey('m', 'tokens')]: bucket('tokens', 100),
    [bucketKey('m', 'output_tokens')]: bucket('tokens', 100),
    [bucketKey('m', 'requests')]: bucket('requests', 100),
    [bucketKey('n', 'tokens')]: bucket('tokens', 100),
  },
};

it.each([
  ['less than it was thought to', { inputTokens: 30, outputTokens: 12 }, 0, [142, 112, 100, 100]],
  ['more than it was thought to', { inputTokens: -30, outputTokens: -12 }, 0, [58, 88, 100, 100]],
  ['nothing, for it never arrived', { inputTokens: 0, outputTokens: 0 }, 1, [100, 100, 101, 100]],
  [
    'far less: a bucket holds no more than its limit',
    { inputTokens: 5_000, outputTokens: 0 },
    0,
    [1_000, 100, 100, 100],
  ],
])("what a call took of a model's buckets is mended when it used %s", (_, spare, requests, left) => {
  const event = {
    kind: 'settled',
    lease: 'l',
    ageMs: 10,
    tokens: 0,
    requests,
    spare: { model: 'm', ...spare },
  } as const;
  const { buckets } = reportToGroup(state, event, T0);
  expect(Object.values(buckets).map((one) => bucketLeft(one, T0))).toEqual(left);
});
