import { readRow, type FailureRow } from '@turnpike/testing/failure-row';
import { PROVIDERS, type ProviderId } from '../../registry';

const GROQ: readonly FailureRow[] = [
  [
    'retry-after beats both resets',
    429,
    {
      code: 'rate_limit_exceeded',
      headers: {
        'retry-after': '2',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '7.66s',
        'x-ratelimit-reset-requests': '2m59.56s',
      },
    },
    { class: 'rate_minute', scope: 'model', waitS: 2 },
  ],
  [
    'rolling day',
    429,
    {
      says: 'on tokens per day (TPD): Limit 100000, Used 97050, Requested 3619. Please try again in 9m38.016s.',
    },
    { class: 'rate_long', scope: 'model', waitS: 578.02 },
  ],
  [
    'requested above the limit',
    429,
    { says: '(TPM): Limit 7000, Used 0, Requested ~12903. Please try again in 50s.' },
    { class: 'context_length', waitS: null },
  ],
  [
    'too large',
    413,
    { says: 'Request too large: Limit 6000, Requested 7123', code: 'rate_limit_exceeded' },
    { class: 'context_length' },
  ],
  ['flex capacity', 498, { code: 'capacity_exceeded' }, { class: 'overload' }],
  [
    'a bad call of the model',
    400,
    { code: 'tool_use_failed' },
    { class: 'server', reason: 'malformed_call' },
  ],
  ['decommissioned', 400, { code: 'model_decommissioned' }, { class: 'target_gone' }],
  ['restricted organization', 400, { code: 'organization_restricted' }, { class: 'auth', scope: 'group' }],
];

const MISTRAL: readonly FailureRow[] = [
  [
    'no envelope',
    429,
    { body: { object: 'error', message: 'Rate limit exceeded', code: '1300' } },
    { class: 'rate_minute', scope: 'credential' },
  ],
  ['message alone', 429, { body: { message: 'Requests rate limit exceeded' } }, { class: 'rate_minute' }],
  [
    'reset by size',
    429,
    {
      body: { object: 'error', code: '1300' },
      headers: { 'ratelimitbysize-remaining': '0', 'ratelimitbysize-reset': '28' },
    },
    { class: 'rate_minute', waitS: 28 },
  ],
  [
    'tier capacity',
    429,
    { body: { object: 'error', message: 'Service tier capacity exceeded for this model.', code: '3505' } },
    { class: 'overload', scope: 'model' },
  ],
  [
    'tier capacity without a code',
    429,
    { body: { message: 'Service tier capacity exceeded for this model.', type: 'invalid_request_error' } },
    { class: 'overload' },
  ],
  ['detail alone', 401, { body: { detail: 'Unauthorized' } }, { class: 'auth' }],
  [
    'overflow',
    400,
    {
      body: {
        message: 'Prompt contains 40960 tokens, too large for model with 32768 maximum context length',
      },
    },
    { class: 'context_length' },
  ],
];

const XAI: readonly FailureRow[] = [
  [
    'error is a string',
    429,
    {
      body: { code: 'Some resource has been exhausted', error: 'Your team has used all available credits.' },
    },
    { class: 'credit' },
  ],
  [
    'money as a 403',
    403,
    { body: { code: 'permission-denied', error: 'reached its monthly spending limit' } },
    { class: 'credit' },
  ],
  [
    'no credits yet',
    403,
    { body: { code: 'The caller does not have permission', error: "team doesn't have any credits yet." } },
    { class: 'credit' },
  ],
  [
    'too many tokens for a team and model',
    429,
    { body: { error: 'Too many tokens for team t and model grok-4. (actual/limit): 65605/16000' } },
    { class: 'rate_minute', scope: 'model' },
  ],
  [
    'rolling day',
    429,
    {
      body: {
        code: 'subscription:free-usage-exhausted',
        error: 'Usage resets over a rolling 24-hour window',
      },
    },
    { class: 'rate_long', waitS: null },
  ],
  [
    'bad key as a 400',
    400,
    { body: { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: xa***FA.' } },
    { class: 'auth' },
  ],
  [
    'overflow',
    400,
    {
      body: { error: "This model's maximum prompt length is 131072 but the request contains 537812 tokens." },
    },
    { class: 'context_length' },
  ],
  [
    'guidelines as a 403',
    403,
    { body: { error: 'Content violates usage guidelines. Failed check' } },
    { class: 'content_filter' },
  ],
];

const OTHERS: Readonly<Partial<Record<ProviderId, readonly FailureRow[]>>> = {
  deepseek: [
    [
      '402 whatever the code says',
      402,
      { code: 'invalid_request_error', says: 'Insufficient Balance' },
      { class: 'credit' },
    ],
    ['risk', 400, { says: 'Content Exists Risk' }, { class: 'content_filter' }],
    [
      'a missing tool output',
      400,
      { says: 'No tool output found for tool call call-a.' },
      { class: 'caller' },
    ],
    ['busy', 503, { says: 'Service is too busy' }, { class: 'overload' }],
  ],
  cerebras: [
    [
      'minute quota',
      429,
      {
        body: {
          code: 'token_quota_exceeded',
          message: 'Tokens per minute limit exceeded - too many tokens processed.',
        },
      },
      { class: 'rate_minute', scope: 'model' },
    ],
    [
      'day quota',
      429,
      { body: { code: 'token_quota_exceeded', message: 'Tokens per day limit exceeded' } },
      { class: 'rate_long', scope: 'model' },
    ],
    [
      'queue',
      429,
      { body: { code: 'queue_exceeded', type: 'too_many_requests_error' } },
      { class: 'overload' },
    ],
  ],
  together: [
    [
      'credit_limit is a minute limit here',
      429,
      { type: 'credit_limit', says: 'Your rate limit is 60 queries per minute.' },
      { class: 'rate_minute', scope: 'credential' },
    ],
    ['one model', 429, { type: 'model_rate_limit' }, { class: 'rate_minute', scope: 'model' }],
  ],
  fireworks: [
    [
      'money as a 412',
      412,
      {
        code: 'PRECONDITION_FAILED',
        says: 'Account is suspended, possibly due to reaching the monthly spending limit',
      },
      { class: 'credit' },
    ],
    [
      'error and message are strings',
      429,
      { body: { error: 'Too Many Requests', message: 'You have exceeded your usage limits.' } },
      { class: 'rate_minute' },
    ],
  ],
  'github-models': [
    [
      'the second number is the wait',
      429,
      {
        code: 'RateLimitReached',
        says: 'Rate limit of 50 per 86400s exceeded for UserByModelByDay. Please wait 52220 seconds before retrying.',
      },
      { class: 'rate_long', scope: 'model', waitS: 52_220 },
    ],
    [
      'a day with seconds to go',
      429,
      { says: 'Rate limit of 8 per 86400s exceeded for UserByModelByDay. Please wait 4 seconds' },
      { class: 'rate_long', waitS: 4 },
    ],
    [
      'a stated zero',
      429,
      { says: 'exceeded for UserByModelByMinute. Please wait 0 seconds before retrying.' },
      { class: 'rate_minute', waitS: 1 },
    ],
    [
      'own header',
      429,
      { headers: { 'x-ratelimit-timeremaining': '46' } },
      { class: 'rate_minute', waitS: 46 },
    ],
  ],
  nvidia: [
    [
      'problem without detail',
      429,
      { body: { status: 429, title: 'Too Many Requests' } },
      { class: 'rate_minute' },
    ],
    [
      'function',
      404,
      { body: { status: 404, title: 'Not Found', detail: "Function 'f': Not found for account 'a'" } },
      { class: 'target_gone' },
    ],
    ['end of life', 410, { body: { status: 410, title: 'Gone' } }, { class: 'target_gone' }],
  ],
};

describe.each([
  ['groq', GROQ],
  ['mistral', MISTRAL],
  ['xai', XAI],
  ...(Object.entries(OTHERS) as [ProviderId, readonly FailureRow[]][]),
] as [ProviderId, readonly FailureRow[]][])('failures of %s', (provider, rows) => {
  it.each(rows)('%s (%i)', (...row) => expect(readRow(PROVIDERS[provider], row)).toEqual(row[3]));
});
