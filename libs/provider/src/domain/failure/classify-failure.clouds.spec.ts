import { readRow, type FailureRow, type Shape } from '@turnpike/testing/failure-row';
import { PROVIDERS } from '../../registry';

const retry = (retryDelay: string): object => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
});
const quota = (quotaId: string): object => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaId }],
});
const reason = (name: string): object => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason: name,
});
const google = (message: string, status: string, details?: unknown, at?: string): Shape => ({
  body: { error: { code: 429, message, status, details } },
  at,
});
const exhausted = (message: string, details?: unknown, at?: string): Shape =>
  google(message, 'RESOURCE_EXHAUSTED', details, at);

const SUMMER = '2026-07-08T19:00:00Z';
const WINTER = '2026-01-19T20:00:00Z';
const DAY = 'GenerateRequestsPerDayPerProjectPerModel-FreeTier';

const GOOGLE: readonly FailureRow[] = [
  [
    'minute quota',
    429,
    exhausted('You exceeded your current quota, please check your plan and billing details.', [
      quota('RequestsPerMinutePerProject'),
      retry('34.4s'),
    ]),
    { class: 'rate_minute', scope: 'model', waitS: 34.4 },
  ],
  [
    'day quota in summer: the short delay is a lie',
    429,
    exhausted('Quota', [quota(DAY), retry('38s')], SUMMER),
    { class: 'rate_long', scope: 'model', waitS: 43_200 },
  ],
  [
    'day quota in winter',
    429,
    exhausted('Quota', [quota(DAY), retry('38s')], WINTER),
    { class: 'rate_long', waitS: 43_200 },
  ],
  [
    'day quota on the day the clocks go back',
    429,
    exhausted('Quota', [quota(DAY)], '2026-11-01T08:00:00Z'),
    { class: 'rate_long', waitS: 86_400 },
  ],
  [
    'a delay beyond midnight is believed',
    429,
    exhausted('Quota', [quota(DAY), retry('90000s')], SUMMER),
    { class: 'rate_long', waitS: 90_000 },
  ],
  [
    'the day only in a description',
    429,
    exhausted('Quota', [{ violations: [{ description: 'daily limit' }] }], SUMMER),
    { class: 'rate_long', waitS: 43_200 },
  ],
  [
    'an array around it',
    429,
    { body: [{ error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'x', details: [retry('9s')] } }] },
    { class: 'rate_minute', waitS: 9 },
  ],
  [
    'no details',
    429,
    exhausted('Resource has been exhausted (e.g. check quota).'),
    { class: 'rate_minute', scope: 'model', waitS: null },
  ],
  [
    'details that are no list',
    429,
    exhausted('Too many requests', 'none'),
    { class: 'rate_minute', waitS: null },
  ],
  [
    '300 s is still a minute limit',
    429,
    exhausted('x', [retry('300s')]),
    { class: 'rate_minute', waitS: 300 },
  ],
  [
    '301 s is long',
    429,
    exhausted('x', [retry('301s')]),
    { class: 'rate_long', reason: 'rate_limited_long', waitS: 301 },
  ],
  [
    'milliseconds in the sentence',
    429,
    exhausted('Please retry in 900.2ms.'),
    { class: 'rate_minute', waitS: 0.9 },
  ],
  [
    'no quota for this model in the plan',
    429,
    exhausted('free_tier_requests, limit: 0, model: g\nPlease retry in 29s.', [retry('29s')]),
    { class: 'credit', scope: 'model', waitS: null },
  ],
  ['half a request is no zero', 429, exhausted('limit: 0.5'), { class: 'rate_minute' }],
  [
    'JSON in the message',
    429,
    { body: { error: { message: '{"error":{"code":429,"message":"Please retry in 44.1s."}}', code: 429 } } },
    { class: 'rate_minute', waitS: 44.1 },
  ],
  [
    'capacity as a 429',
    429,
    exhausted('No capacity available', [reason('MODEL_CAPACITY_EXHAUSTED')]),
    { class: 'overload', scope: 'model' },
  ],
  [
    'capacity with a delay',
    503,
    google('x', 'UNAVAILABLE', [reason('MODEL_CAPACITY_EXHAUSTED'), retry('9s')]),
    { class: 'overload', waitS: 9 },
  ],
  [
    'your capacity is a rate limit',
    429,
    exhausted('You have exhausted your capacity on this model. Your quota will reset after 1h43m56s.'),
    { class: 'rate_long', scope: 'model', waitS: 6_236 },
  ],
  [
    'a balance',
    429,
    exhausted('Resource has been exhausted', [reason('INSUFFICIENT_G1_CREDITS_BALANCE')]),
    { class: 'credit', scope: 'credential' },
  ],
  ['spent for good', 429, exhausted('x', [reason('QUOTA_EXHAUSTED'), retry('0.5s')]), { class: 'rate_long' }],
  [
    'bad key as a 400',
    400,
    google('API key not valid.', 'INVALID_ARGUMENT', [reason('API_KEY_INVALID')]),
    { class: 'auth', scope: 'credential' },
  ],
  [
    'leaked key',
    403,
    google('Your API key was reported as leaked.', 'PERMISSION_DENIED'),
    { class: 'auth', scope: 'credential' },
  ],
  [
    'country as a 400',
    400,
    google('User location is not supported for the API use.', 'FAILED_PRECONDITION'),
    { class: 'auth', scope: 'group' },
  ],
  [
    'unknown model',
    404,
    google('models/x is not found for API version v1beta', 'NOT_FOUND'),
    { class: 'target_gone' },
  ],
  [
    'overflow',
    400,
    google(
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      'INVALID_ARGUMENT',
    ),
    { class: 'context_length' },
  ],
  ['cancelled on their side', 499, google('The operation was cancelled.', 'CANCELLED'), { class: 'server' }],
];

const aws = (type: string, message: string): Shape => ({
  body: { message },
  headers: { 'x-amzn-errortype': `${type}:http://internal.example/` },
});

const AWS: readonly FailureRow[] = [
  [
    'too many tokens is a rate limit under 429',
    429,
    aws('ThrottlingException', 'Too many tokens, please wait before trying again.'),
    { class: 'rate_minute', scope: 'model', waitS: null },
  ],
  [
    'per day',
    429,
    aws('ThrottlingException', 'Too many tokens per day, please wait'),
    { class: 'rate_long', scope: 'model', waitS: null },
  ],
  ['throttled as a 400', 400, aws('ThrottlingException', 'Rate exceeded'), { class: 'rate_minute' }],
  [
    'unable',
    503,
    aws('ServiceUnavailableException', 'unable to process your request'),
    { class: 'overload' },
  ],
  [
    'not ready',
    429,
    aws('ModelNotReadyException', 'Model is not ready for inference.'),
    { class: 'overload' },
  ],
  [
    'too long',
    400,
    aws('ValidationException', 'Input is too long for requested model.'),
    { class: 'context_length' },
  ],
  [
    'no access to one model',
    403,
    aws('AccessDeniedException', "You don't have access to the model with the specified model ID."),
    { class: 'auth', scope: 'model' },
  ],
  [
    'expired token',
    403,
    aws('ExpiredTokenException', 'The security token is expired'),
    { class: 'auth', scope: 'credential' },
  ],
  [
    'unknown identifier',
    400,
    aws('ValidationException', 'The provided model identifier is invalid.'),
    { class: 'target_gone' },
  ],
  [
    'no on-demand throughput',
    400,
    aws('ValidationException', 'Invocation of model ID m with on-demand throughput isn’t supported.'),
    { class: 'target_gone' },
  ],
];

const EDGE: readonly FailureRow[] = [
  [
    'edge rate limit of the address',
    429,
    { body: 'error code: 1015', headers: { 'retry-after': '30' } },
    { class: 'rate_minute', scope: 'group', waitS: 30 },
  ],
  [
    'firewall page',
    403,
    { body: '<html><head><title>Attention Required! | Cloudflare</title></head></html>' },
    { class: 'auth', scope: 'group' },
  ],
  [
    'challenge page',
    403,
    { body: '<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>' },
    { class: 'auth', scope: 'group' },
  ],
  [
    'neurons end at UTC midnight',
    429,
    {
      body: {
        errors: [{ message: 'you have used up your daily free allocation of 10,000 neurons', code: 4006 }],
      },
      at: '2026-07-01T14:00:00Z',
    },
    { class: 'rate_long', scope: 'group', waitS: 36_000 },
  ],
  [
    'epoch seconds in a reset header',
    429,
    { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1777957550' } },
    { class: 'rate_minute', waitS: 45 },
  ],
  [
    'RateLimit header',
    429,
    { headers: { ratelimit: '"default";r=0;t=12' } },
    { class: 'rate_minute', waitS: 12 },
  ],
  [
    'HTTP date',
    429,
    { headers: { 'retry-after': 'Tue, 05 May 2026 05:06:05 GMT' } },
    { class: 'rate_minute', waitS: 60 },
  ],
  [
    'beyond 32 days is not stated',
    429,
    { headers: { 'retry-after': '9999999' } },
    { class: 'rate_minute', waitS: null },
  ],
  ['plain 403 without a body', 403, { body: '' }, { class: 'auth', scope: 'credential' }],
  [
    'hour window',
    429,
    { body: { error: "you've reached your hourly usage limit, please wait or upgrade" } },
    { class: 'rate_long' },
  ],
  [
    'days in words',
    429,
    { says: 'Monthly usage limit reached. Resets in 13 days. To continue, enable usage from your balance' },
    { class: 'rate_long', waitS: 1_123_200 },
  ],
  ['hours in words', 429, { says: 'Please try again in 58 hours.' }, { class: 'rate_long', waitS: 208_800 }],
];

describe.each([
  ['google', GOOGLE],
  ['aws', AWS],
  ['edges and subscriptions', EDGE],
] as const)('failures of %s', (_name, rows) => {
  it.each(rows)('%s (%i)', (...row) => expect(readRow(PROVIDERS['openai-compatible'], row)).toEqual(row[3]));
});
