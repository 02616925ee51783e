import { quotaPeriodMs } from './quota-period';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

it.each([
  ['requests', MINUTE_MS],
  ['input_tokens', MINUTE_MS],
  ['project_tokens', MINUTE_MS],
  ['requests_second', 1_000],
  ['tokens_hour', 60 * MINUTE_MS],
  ['requests_day', DAY_MS],
  ['tokens_month', 30 * DAY_MS],
  ['5h', 300 * MINUTE_MS],
  ['90m', 90 * MINUTE_MS],
  ['3d', 3 * DAY_MS],
  ['day', DAY_MS],
  ['week', 7 * DAY_MS],
  ['week_opus', 7 * DAY_MS],
  ['month', 30 * DAY_MS],
])('the bucket %s is granted over %i ms', (bucket, periodMs) => {
  expect(quotaPeriodMs(bucket)).toBe(periodMs);
});
