import { readRow, type FailureRow } from '@turnpike/testing/failure-row';
import { PROVIDERS } from '../../registry';

const ROWS: readonly FailureRow[] = [
  [
    'the limit of somebody behind it',
    429,
    {
      body: {
        error: {
          message: 'Provider returned error',
          code: 429,
          metadata: { raw: 'temporarily rate-limited upstream', provider_name: 'Google' },
        },
      },
    },
    { class: 'rate_minute', scope: 'model', waitS: null },
  ],
  [
    'day limit: epoch milliseconds in the body',
    429,
    {
      body: {
        error: {
          message: 'free-models-per-day. Add 10 credits to unlock 1000 requests per day',
          code: 429,
          metadata: {
            headers: { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '1777420800000' },
            provider_name: null,
          },
        },
      },
      at: '2026-04-28T14:00:00Z',
    },
    { class: 'rate_long', scope: 'credential', waitS: 36_000 },
  ],
  [
    'day limit without a reset: UTC midnight',
    429,
    { says: 'Rate limit exceeded: free-models-per-day-high-balance.', at: '2026-04-28T14:00:00Z' },
    { class: 'rate_long', waitS: 36_000 },
  ],
  [
    'minute limit',
    429,
    {
      body: {
        error: {
          message: 'free-models-per-min.',
          code: 429,
          metadata: { headers: { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '1777957525000' } },
        },
      },
    },
    { class: 'rate_minute', waitS: 20 },
  ],
  [
    'money left on the key, not an overflow',
    402,
    { says: 'Prompt tokens limit exceeded: 230799 > 91442', code: 402 },
    { class: 'credit', scope: 'credential' },
  ],
  [
    'in-flight budget heals in seconds',
    402,
    {
      body: {
        error: {
          code: 402,
          message: 'Budget in use',
          metadata: { limit_source: 'openrouter_in_flight_budget' },
        },
      },
      headers: { 'retry-after': '5' },
    },
    { class: 'rate_minute', waitS: 5 },
  ],
  [
    'error in an error in a 200',
    200,
    { body: { error: { error: { message: 'More credits are required', code: 402 }, code: 402 } } },
    { class: 'credit' },
  ],
  [
    'moderation as a 403',
    403,
    {
      body: {
        error: {
          code: 403,
          message: 'requires moderation. Your input was flagged',
          metadata: { provider_name: 'OpenAI' },
        },
      },
    },
    { class: 'content_filter' },
  ],
  [
    'data policy as a 404',
    404,
    { says: 'No endpoints found matching your data policy' },
    { class: 'caller' },
  ],
  ['tool use as a 404', 404, { says: 'No endpoints found that support tool use.' }, { class: 'caller' }],
  ['no endpoints for the model', 404, { says: 'No endpoints found for a/b.' }, { class: 'target_gone' }],
  [
    'overflow behind it',
    400,
    {
      body: {
        error: {
          message: 'Provider returned error',
          code: 400,
          metadata: { provider_name: 'X', raw: '{"error":{"code":"context_length_exceeded","message":"x"}}' },
        },
      },
    },
    { class: 'context_length' },
  ],
  [
    'a key behind it is not ours',
    401,
    {
      body: {
        error: {
          message: 'Provider returned error',
          code: 401,
          metadata: { provider_name: 'X', raw: 'invalid api key' },
        },
      },
    },
    { class: 'server', scope: 'model' },
  ],
  [
    'an account behind it is not ours',
    429,
    {
      body: {
        error: {
          message: 'Provider returned error',
          code: 429,
          metadata: { raw: '{"error":{"message":"suspended due to insufficient balance"}}' },
        },
      },
    },
    { class: 'overload', scope: 'model' },
  ],
  [
    'own credentials',
    401,
    { says: 'No auth credentials found', code: 401 },
    { class: 'auth', scope: 'credential' },
  ],
];

describe('failures of openrouter', () => {
  it.each(ROWS)('%s (%i)', (...row) => expect(readRow(PROVIDERS.openrouter, row)).toEqual(row[3]));
});
