import { readRow, type FailureRow, type Shape } from '@turnpike/testing/failure-row';
import { PROVIDERS, type ProviderId } from '../../registry';

const base = (status_code: number, status_msg: string): Shape => ({
  body: { base_resp: { status_code, status_msg } },
});

/** Vendors whose numbers decide, whatever the HTTP status is. */
const ROWS: Readonly<Partial<Record<ProviderId, readonly FailureRow[]>>> = {
  minimax: [
    [
      'balance in a 500',
      500,
      { body: { type: 'error', error: { type: 'api_error', message: 'insufficient balance (1008)' } } },
      { class: 'credit' },
    ],
    [
      'a true server error in the same envelope',
      500,
      { body: { error: { type: 'api_error', message: 'unknown error, 999 (1000)' } } },
      { class: 'server' },
    ],
    ['key in a 200', 200, base(2049, 'invalid api key'), { class: 'auth', scope: 'credential' }],
    ['requests in a 200', 200, base(1002, 'rate limit'), { class: 'rate_minute' }],
    ['tokens in a 200', 200, base(1039, 'rate limit'), { class: 'rate_minute' }],
    ['output filter in a 200', 200, base(1027, 'output sensitive'), { class: 'content_filter' }],
    ['server error in a 200', 200, base(1013, 'x'), { class: 'server', reason: 'error_in_answer' }],
    ['invalid params', 400, { says: 'invalid params, chat content is empty (2013)' }, { class: 'caller' }],
    [
      'invalid params that are an overflow',
      400,
      { says: 'invalid params, context window exceeds limit (2013)' },
      { class: 'context_length' },
    ],
    [
      'window with an instant',
      429,
      { says: '5-hour usage limit reached, resets at 2026-05-05T08:05:05Z (2056)' },
      { class: 'rate_long', waitS: 10_800 },
    ],
    ['unauthorized', 401, { says: 'login fail (1004)', type: 'authorized_error' }, { class: 'auth' }],
  ],
  bigmodel: [
    [
      'five hours, Beijing time',
      429,
      { code: '1308', says: '您的限额将在 2026-05-05 14:05:05 重置。' },
      { class: 'rate_long', waitS: 3_600 },
    ],
    [
      'week',
      429,
      { code: '1310', says: '您的限额将在 2026-05-06 13:05:05 重置。' },
      { class: 'rate_long', waitS: 86_400 },
    ],
    [
      'balance in error.type',
      429,
      { body: { type: 'error', error: { type: '1113', message: 'x' } } },
      { class: 'credit' },
    ],
    ['concurrency', 429, { code: '1302' }, { class: 'rate_minute' }],
    ['capacity', 429, { code: '1305' }, { class: 'overload', scope: 'model' }],
    ['overflow', 400, { code: '1261' }, { class: 'context_length' }],
    ['filter', 400, { code: '1301' }, { class: 'content_filter' }],
    ['model', 400, { code: '1211' }, { class: 'target_gone' }],
    [
      'day quota ends at midnight in Beijing',
      429,
      { code: '1304', at: '2026-05-05T12:00:00Z' },
      { class: 'rate_long', waitS: 14_400 },
    ],
    ['a bad member', 400, { code: '1214' }, { class: 'caller' }],
  ],
  dashscope: [
    [
      'insufficient_quota is a minute limit here',
      429,
      { code: 'insufficient_quota', says: 'You exceeded your current quota' },
      { class: 'rate_minute', scope: 'model' },
    ],
    [
      'allocated quota',
      429,
      { code: 'Throttling.AllocationQuota' },
      { class: 'rate_minute', scope: 'model' },
    ],
    [
      'free tier of one model',
      403,
      { code: 'AllocationQuota.FreeTierOnly' },
      { class: 'credit', scope: 'model' },
    ],
    [
      'unpaid bill as a 400',
      400,
      { code: 'Arrearage', says: 'Access denied' },
      { class: 'credit', scope: 'credential' },
    ],
    ['inspection', 400, { code: 'data_inspection_failed' }, { class: 'content_filter' }],
    [
      'inspection in an SSE frame',
      400,
      { body: 'data: {"error":{"code":"data_inspection_failed","message":"x"}}\n\n' },
      { class: 'content_filter' },
    ],
    ['overflow', 400, { says: 'Range of input length should be [1, 30720]' }, { class: 'context_length' }],
  ],
  moonshot: [
    [
      'balance as a 429',
      429,
      { type: 'exceeded_current_quota_error', says: 'suspended due to insufficient balance' },
      { class: 'credit' },
    ],
    ['balance as a 403', 403, { type: 'exceeded_current_quota_error' }, { class: 'credit' }],
    [
      'the first number is the limit',
      429,
      {
        type: 'rate_limit_reached_error',
        says: 'max organization concurrency: 1, please try again after 3 seconds',
      },
      { class: 'rate_minute', scope: 'group', waitS: 3 },
    ],
    [
      'day',
      429,
      { type: 'rate_limit_reached_error', says: 'organization TPD rate limit' },
      { class: 'rate_long', scope: 'group' },
    ],
    ['overload as a 429', 429, { type: 'engine_overloaded_error' }, { class: 'overload' }],
    [
      'overflow',
      400,
      { type: 'invalid_request_error', says: 'Your request exceeded model token limit: 8192' },
      { class: 'context_length' },
    ],
  ],
  siliconflow: [
    [
      'tokens per minute',
      429,
      { body: { message: 'rejected due to rate limiting. Details: TPM limit reached.', data: null } },
      { class: 'rate_minute', scope: 'model' },
    ],
    ['balance', 403, { body: { code: 30001, message: 'x' } }, { class: 'credit' }],
    ['model', 400, { body: { code: 20012, message: 'x' } }, { class: 'target_gone' }],
    ['empty 403', 403, { body: '' }, { class: 'auth' }],
  ],
};

describe.each(Object.entries(ROWS) as [ProviderId, readonly FailureRow[]][])(
  'failures of %s',
  (provider, rows) => {
    it.each(rows)('%s (%i)', (...row) => expect(readRow(PROVIDERS[provider], row)).toEqual(row[3]));
  },
);
