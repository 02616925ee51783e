import { readRow, type FailureRow, type Shape } from '@turnpike/testing/failure-row';
import { PROVIDERS } from '../../registry';

const says = (message: string, type = 'rate_limit_error', headers: Record<string, string> = {}): Shape => ({
  body: { type: 'error', error: { type, message } },
  headers,
});
const request = (message: string): Shape => says(message, 'invalid_request_error');

const AT = '2026-04-20T00:00:00Z';
const FIVE_HOURS = { 'anthropic-ratelimit-unified-5h-reset': '1776661200' };
const WEEK = { 'anthropic-ratelimit-unified-7d-reset': '1777248000' };
const windows = (fiveHours: string, week: string): Record<string, string> => ({
  ...FIVE_HOURS,
  ...WEEK,
  'anthropic-ratelimit-unified-5h-status': fiveHours,
  'anthropic-ratelimit-unified-7d-status': week,
});

const ROWS: readonly FailureRow[] = [
  [
    'retry-after beats the reset of the bucket',
    429,
    says('per minute', 'rate_limit_error', {
      'retry-after': '4',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-05-05T05:06:05Z',
    }),
    { class: 'rate_minute', scope: 'credential', waitS: 4 },
  ],
  [
    'reset of the empty bucket',
    429,
    says('x', 'rate_limit_error', {
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-05-05T05:05:46Z',
      'anthropic-ratelimit-tokens-remaining': '8',
      'anthropic-ratelimit-tokens-reset': '2026-05-05T06:05:05Z',
    }),
    { class: 'rate_minute', waitS: 41 },
  ],
  [
    'advice to shorten is no overflow',
    429,
    says('input tokens per minute. Please reduce the prompt length or the maximum tokens requested.'),
    { class: 'rate_minute', waitS: null },
  ],
  [
    'overloaded',
    529,
    says('Overloaded', 'overloaded_error'),
    { class: 'overload', scope: 'model', waitS: null },
  ],
  ['overloaded as a 500', 500, says('Overloaded', 'overloaded_error'), { class: 'overload' }],
  ['api_error', 500, says('Internal server error', 'api_error'), { class: 'server' }],
  [
    'overflow',
    400,
    request('prompt is too long: 213462 tokens > 200000 maximum'),
    { class: 'context_length' },
  ],
  [
    'overflow of input and cap',
    400,
    request('input length and `max_tokens` exceed context limit: 199999 + 8192 > 200000'),
    { class: 'context_length' },
  ],
  [
    'cap above the maximum',
    400,
    request('max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens'),
    { class: 'caller' },
  ],
  [
    'unsupported effort',
    400,
    request("This model does not support effort level 'xhigh'. Supported levels: high, low, max."),
    { class: 'caller' },
  ],
  ['bad signature', 400, request('Invalid `signature` in `thinking` block'), { class: 'caller' }],
  [
    'balance in a 400',
    400,
    request('Your credit balance is too low to access the API.'),
    { class: 'credit', scope: 'credential', waitS: null },
  ],
  [
    'spend limit with a date',
    400,
    request('You have reached your API usage limits. You will regain access on 2026-06-01 at 00:00 UTC.'),
    { class: 'credit', waitS: 2_314_495 },
  ],
  [
    'spend limit as a 429',
    429,
    {
      body: {
        error: {
          type: 'rate_limit_error',
          message: 'x',
          details: { error_code: 'enforced_spend_limit_reached' },
        },
      },
    },
    { class: 'credit' },
  ],
  ['billing', 402, says('Pay', 'billing_error'), { class: 'credit' }],
  [
    'a 402 that heals',
    402,
    says('x', 'billing_error', { 'retry-after': '5' }),
    { class: 'rate_minute', waitS: 5 },
  ],
  [
    'disabled organization',
    400,
    request('This organization has been disabled.'),
    { class: 'auth', scope: 'credential' },
  ],
  ['bad key', 401, says('invalid x-api-key', 'authentication_error'), { class: 'auth' }],
  [
    'scope of the token',
    403,
    says('OAuth token does not meet scope requirement any_of(user:inference)', 'permission_error'),
    { class: 'auth', scope: 'credential' },
  ],
  ['model', 404, says('model: claude-sonet', 'not_found_error'), { class: 'target_gone' }],
  [
    'too many bytes',
    413,
    says('Request exceeds the maximum size', 'request_too_large'),
    { class: 'context_length' },
  ],
  [
    'week spent, five hours open',
    429,
    {
      ...says('x', 'rate_limit_error', { ...windows('allowed', 'rejected'), 'retry-after': '604800' }),
      at: AT,
    },
    { class: 'rate_long', scope: 'credential', waitS: 604_800 },
  ],
  [
    'five hours spent, week open',
    429,
    { ...says('x', 'rate_limit_error', windows('rejected', 'allowed')), at: AT },
    { class: 'rate_long', waitS: 18_000 },
  ],
  [
    'both spent: the later one',
    429,
    { ...says('x', 'rate_limit_error', windows('rejected', 'rejected')), at: AT },
    { class: 'rate_long', waitS: 604_800 },
  ],
  [
    'header names in any case',
    429,
    {
      ...says('x', 'rate_limit_error', {
        'Anthropic-Ratelimit-Unified-5H-Status': 'rejected',
        'Anthropic-Ratelimit-Unified-5H-Reset': '1776661200',
      }),
      at: AT,
    },
    { class: 'rate_long', waitS: 18_000 },
  ],
  [
    'spent by fraction',
    429,
    {
      ...says('x', 'rate_limit_error', {
        ...FIVE_HOURS,
        ...WEEK,
        'anthropic-ratelimit-unified-5h-utilization': '1.02',
        'anthropic-ratelimit-unified-7d-utilization': '0.4',
      }),
      at: AT,
    },
    { class: 'rate_long', waitS: 18_000 },
  ],
  [
    'only the overall status',
    429,
    {
      ...says('x', 'rate_limit_error', {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-reset': '1776650400',
      }),
      at: AT,
    },
    { class: 'rate_long', waitS: 7_200 },
  ],
  [
    'all windows open: the model',
    429,
    {
      ...says('Model rate limit exceeded.', 'rate_limit_error', windows('allowed', 'allowed_warning')),
      at: AT,
    },
    { class: 'rate_minute', scope: 'model', waitS: null },
  ],
  [
    'refused extra usage is no window',
    429,
    says('x', 'rate_limit_error', {
      'anthropic-ratelimit-unified-5h-status': 'allowed',
      'anthropic-ratelimit-unified-overage-status': 'rejected',
    }),
    { class: 'rate_minute' },
  ],
  [
    'entitlement of this request',
    429,
    says('Usage credits are required for fast mode.', 'rate_limit_error', { 'retry-after': '120' }),
    { class: 'caller', scope: 'none', waitS: null },
  ],
  [
    'long context entitlement',
    429,
    says('Extra usage is required for long context requests.'),
    { class: 'caller' },
  ],
  [
    'a spent window beats the entitlement',
    429,
    {
      ...says('Extra usage is required for fast mode', 'rate_limit_error', windows('allowed', 'rejected')),
      at: AT,
    },
    { class: 'rate_long' },
  ],
  [
    'zero seconds are one',
    429,
    says('Rate limited', 'rate_limit_error', { 'retry-after': '0' }),
    { class: 'rate_minute', waitS: 1 },
  ],
  [
    'count_tokens cools nothing',
    429,
    { ...says('7-day limit', 'rate_limit_error', { 'retry-after': '604800' }), auxiliary: true },
    { class: 'auxiliary', scope: 'none', waitS: null },
  ],
  [
    'HTML from the edge',
    524,
    { body: '<!DOCTYPE html><html><head><title>x | 524: A timeout occurred</title></head></html>' },
    { class: 'server', waitS: null },
  ],
  [
    'edge error as JSON',
    522,
    {
      body: {
        title: 'Error 522',
        status: 522,
        detail: 'the origin is overloaded',
        cloudflare_error: true,
        retry_after: 120,
      },
    },
    { class: 'server', scope: 'group', waitS: 120 },
  ],
];

describe('failures of anthropic', () => {
  it.each(ROWS)('%s (%i)', (...row) => expect(readRow(PROVIDERS.anthropic, row)).toEqual(row[3]));
});
