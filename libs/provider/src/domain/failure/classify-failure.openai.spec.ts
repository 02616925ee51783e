import { readRow, type FailureRow } from '@turnpike/testing/failure-row';
import { PROVIDERS } from '../../registry';

const OPENAI: readonly FailureRow[] = [
  [
    'empty account by code',
    429,
    { code: 'insufficient_quota' },
    { class: 'credit', scope: 'credential', waitS: null },
  ],
  ['empty account by type alone', 429, { type: 'insufficient_quota', code: null }, { class: 'credit' }],
  ['empty account by sentence alone', 429, { says: 'You exceeded your current quota' }, { class: 'credit' }],
  ['billing not active', 429, { code: 'billing_not_active' }, { class: 'credit' }],
  ['spend limit of an organization', 429, { code: 'project_spend_limit_exceeded' }, { class: 'credit' }],
  [
    'wait in the sentence',
    429,
    {
      code: 'rate_limit_exceeded',
      says: 'Limit 30000, Used 20000, Requested 12000. Please try again in 18.642s.',
    },
    { class: 'rate_minute', waitS: 18.64 },
  ],
  [
    'milliseconds beat seconds',
    429,
    { code: 'rate_limit_exceeded', headers: { 'retry-after-ms': '3000', 'retry-after': '10' } },
    { class: 'rate_minute', waitS: 3 },
  ],
  [
    '20ms is no 20 minutes',
    429,
    { headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '20ms' } },
    { class: 'rate_minute', waitS: 0.02 },
  ],
  [
    'minutes and seconds',
    429,
    { headers: { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '4m59s' } },
    { class: 'rate_minute', waitS: 299 },
  ],
  [
    'a bucket with something left says nothing',
    429,
    { headers: { 'x-ratelimit-remaining-tokens': '9', 'x-ratelimit-reset-tokens': '6m0s' } },
    { class: 'rate_minute', waitS: null },
  ],
  [
    'unreadable waits',
    429,
    { headers: { 'retry-after-ms': 'soon', 'retry-after': 'later' } },
    { class: 'rate_minute', waitS: null },
  ],
  [
    'day window with a short rest',
    429,
    {
      code: 'rate_limit_exceeded',
      says: 'Rate limit reached on requests per day (RPD): Limit 200. Please try again in 8.64s.',
    },
    { class: 'rate_long', waitS: 8.64 },
  ],
  [
    'one request above the whole limit',
    429,
    { says: 'on tokens per min (TPM): Limit 30000, Requested 46325.', code: 'rate_limit_exceeded' },
    { class: 'context_length', scope: 'none', waitS: null },
  ],
  ['throttled', 429, { code: 'slow_down' }, { class: 'rate_minute', scope: 'credential' }],
  [
    'overload in a sentence of a 500',
    500,
    { says: 'The model is currently overloaded with other requests' },
    { class: 'overload', scope: 'model' },
  ],
  ['plain 500', 500, { type: 'server_error' }, { class: 'server', scope: 'model', reason: 'server_error' }],
  [
    '502 never reads the sentence',
    502,
    { says: 'too many tokens, a billing configuration failure' },
    { class: 'server' },
  ],
  [
    'bad key',
    401,
    { code: 'invalid_api_key' },
    { class: 'auth', scope: 'credential', reason: 'authentication_failed' },
  ],
  ['country', 403, { code: 'unsupported_country_region_territory' }, { class: 'auth', scope: 'group' }],
  [
    'country without the envelope',
    403,
    { body: { code: 'unsupported_country_region_territory', message: 'no' } },
    { class: 'auth', scope: 'group' },
  ],
  [
    'one model is out of bounds',
    403,
    { code: 'model_not_found', says: 'Project `p` does not have access to model `gpt-5`' },
    { class: 'auth', scope: 'model' },
  ],
  ['unknown model', 404, { code: 'model_not_found' }, { class: 'target_gone', reason: 'model_gone' }],
  ['unknown model as a 400', 400, { code: 'model_not_found' }, { class: 'target_gone' }],
  [
    'an item that is gone is no model',
    404,
    { says: "Item with id 'rs_1' not found.", param: 'input' },
    { class: 'caller' },
  ],
  ['overflow by code', 400, { code: 'context_length_exceeded' }, { class: 'context_length' }],
  [
    'overflow by sentence',
    400,
    { says: "This model's maximum context length is 8192 tokens." },
    { class: 'context_length' },
  ],
  [
    'the output cap is no overflow',
    400,
    { says: 'max_tokens is too large: 100000. This model supports at most 16384 completion tokens.' },
    { class: 'caller' },
  ],
  [
    'an unsupported parameter is no overflow',
    400,
    {
      code: 'unsupported_parameter',
      says: "Unsupported parameter: 'max_tokens' is not supported with this model.",
    },
    { class: 'caller', waitS: null },
  ],
  [
    'rate headers ride on every answer',
    400,
    { headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '9s' } },
    { class: 'caller', waitS: null },
  ],
  [
    'streaming needs a verified organization',
    400,
    { code: 'unsupported_value', says: 'Your organization must be verified to stream this model.' },
    { class: 'caller', scope: 'none' },
  ],
  ['policy code without the word content', 400, { code: 'cyber_policy' }, { class: 'content_filter' }],
  [
    'flagged prompt',
    400,
    { code: 'invalid_prompt' },
    { class: 'content_filter', reason: 'content_filtered' },
  ],
];

const CODEX: readonly FailureRow[] = [
  [
    'the later of two instants',
    429,
    { body: { error: { type: 'usage_limit_reached', resets_at: 1777957805, resets_in_seconds: 1 } } },
    { class: 'rate_long', waitS: 300 },
  ],
  [
    'a past instant is dropped',
    429,
    { body: { error: { type: 'usage_limit_reached', resets_at: 1700000000, resets_in_seconds: 77 } } },
    { class: 'rate_long', waitS: 77 },
  ],
  [
    'window in a 400',
    400,
    { body: { error: { type: 'usage_limit_reached', resets_in_seconds: 120 } } },
    { class: 'rate_long', waitS: 120 },
  ],
  [
    'only the spent window counts',
    429,
    {
      body: '',
      headers: {
        'x-codex-primary-used-percent': '100',
        'x-codex-primary-reset-after-seconds': '900',
        'x-codex-secondary-used-percent': '80',
        'x-codex-secondary-reset-after-seconds': '90000',
      },
    },
    { class: 'rate_long', waitS: 900 },
  ],
  [
    'a window of no minutes does not exist',
    429,
    {
      body: '',
      headers: {
        'x-codex-primary-used-percent': '100',
        'x-codex-primary-reset-at': '1777961105',
        'x-codex-secondary-used-percent': '100',
        'x-codex-secondary-window-minutes': '0',
      },
    },
    { class: 'rate_long', waitS: 3600 },
  ],
  [
    'headers inside the event of a 200',
    200,
    {
      body: 'data: {"type":"error","error":{"type":"usage_limit_reached"},"status_code":429,"headers":{"X-Codex-Primary-Used-Percent":"100","X-Codex-Primary-Reset-After-Seconds":"60"}}\n\n',
    },
    { class: 'rate_long', waitS: 60 },
  ],
  [
    'capacity in a 400 without a code',
    400,
    { says: 'Selected model is at capacity. Please try a different model.' },
    { class: 'overload', scope: 'model' },
  ],
  [
    'retry-after inside the body',
    429,
    { body: { type: 'error', error: { code: 'too_many' }, headers: { 'retry-after': '7' } } },
    { class: 'rate_minute', waitS: 7 },
  ],
];

const AZURE: readonly FailureRow[] = [
  [
    'a day in seconds',
    429,
    {
      code: '429',
      says: 'exceeded token rate limit of your pricing tier. Please retry after 86400 seconds.',
    },
    { class: 'rate_long', scope: 'model', waitS: 86_400 },
  ],
  [
    'bare seconds in a header of odd spelling',
    429,
    { code: '429', headers: { 'x-rate-limit-reset-tokens': '55' } },
    { class: 'rate_minute', waitS: 55 },
  ],
  [
    'negative remaining means unknown',
    429,
    { headers: { 'x-ratelimit-remaining-tokens': '-1', 'x-ratelimit-reset-tokens': '0' } },
    { class: 'rate_minute', waitS: null },
  ],
  [
    'a 429 quoted inside a 400',
    400,
    {
      says: 'Server responded with status 429. Error message: {"error":{"code":"429","message":"Try again in 2 seconds."}}',
    },
    { class: 'rate_minute', waitS: 2 },
  ],
  [
    'peak load',
    429,
    {
      code: 'too_many_requests',
      says: 'The system is experiencing high demand. Please retry after 20 seconds.',
    },
    { class: 'overload', waitS: 20 },
  ],
  ['filter', 400, { code: 'content_filter', type: null }, { class: 'content_filter' }],
  [
    'filter in the inner error',
    400,
    { body: { error: { message: 'x', innererror: { code: 'ResponsibleAIPolicyViolation' } } } },
    { class: 'content_filter' },
  ],
  [
    'deployment',
    404,
    { code: 'DeploymentNotFound', says: 'The API deployment for this resource does not exist.' },
    { class: 'target_gone' },
  ],
];

const SERVERS: readonly FailureRow[] = [
  [
    'vLLM overflow',
    400,
    {
      body: {
        object: 'error',
        message: "This model's maximum context length is 4096 tokens.",
        type: 'BadRequestError',
        code: 400,
      },
    },
    { class: 'context_length' },
  ],
  ['llama.cpp overflow', 400, { type: 'exceed_context_size_error' }, { class: 'context_length' }],
  [
    'TGI overflow',
    422,
    { body: { error: '`inputs` tokens + `max_new_tokens` must be <= 4096' } },
    { class: 'context_length' },
  ],
  [
    'model is loading',
    503,
    { body: { error: 'Model m is currently loading', estimated_time: 20.5 } },
    { class: 'overload', waitS: 20.5 },
  ],
  [
    'validation list',
    422,
    { body: { detail: [{ loc: ['body', 'n'], msg: 'field required' }] } },
    { class: 'caller' },
  ],
  ['relay without quota', 403, { code: 'insufficient_user_quota' }, { class: 'credit' }],
  ['relay without quota, in Chinese', 403, { says: '该令牌额度已用尽' }, { class: 'credit' }],
  [
    'relay with a bad key, in Chinese',
    200,
    { says: '无效的令牌', verdict: 'error_in_answer' },
    { class: 'auth' },
  ],
  ['relay without upstream', 429, { says: '当前分组上游负载已饱和，请稍后再试' }, { class: 'overload' }],
  [
    'digits of a request id are no status',
    400,
    { says: 'invalid request (request id: 202604250550399959)' },
    { class: 'caller' },
  ],
];

describe.each([
  ['openai', OPENAI],
  ['openai-compatible', CODEX],
  ['openai-compatible', AZURE],
  ['openai-compatible', SERVERS],
] as const)('failures of %s', (provider, rows) => {
  it.each(rows)('%s (%i)', (...row) => expect(readRow(PROVIDERS[provider], row)).toEqual(row[3]));
});
