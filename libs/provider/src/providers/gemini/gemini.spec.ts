import type { Capabilities } from '@turnpike/protocol';
import { readRow, type FailureRow, type Shape } from '@turnpike/testing/failure-row';
import { resolveCapabilities } from '../../domain/resolve-capabilities';
import { geminiCompatible } from '../gemini-compatible';
import { gemini } from './index';

const says = (message: string, status: string, details: readonly object[] = []): Shape => ({
  body: { error: { code: 0, message, status, details } },
});
const retry = (retryDelay: string): object => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
});
const quota = (quotaId: string): object => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaId }],
});
const info = (reason: string): object => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason });

const ROWS: readonly FailureRow[] = [
  [
    'minute quota',
    429,
    says('You exceeded your current quota.', 'RESOURCE_EXHAUSTED', [
      quota('GenerateRequestsPerMinutePerProjectPerModel'),
      retry('34.4s'),
    ]),
    { class: 'rate_minute', scope: 'model', waitS: 34.4 },
  ],
  [
    'day quota: until midnight of the vendor',
    429,
    {
      ...says('Quota', 'RESOURCE_EXHAUSTED', [
        quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier'),
        retry('38s'),
      ]),
      at: '2026-07-08T19:00:00Z',
    },
    { class: 'rate_long', scope: 'model', waitS: 43_200 },
  ],
  [
    'no words',
    429,
    says('Resource has been exhausted (e.g. check quota).', 'RESOURCE_EXHAUSTED'),
    { class: 'rate_minute', scope: 'model' },
  ],
  [
    'model not in the plan',
    429,
    says('free_tier_requests, limit: 0, model: g', 'RESOURCE_EXHAUSTED'),
    { class: 'credit', scope: 'model' },
  ],
  ['overloaded', 503, says('The model is overloaded.', 'UNAVAILABLE'), { class: 'overload', scope: 'model' }],
  [
    'bad key',
    400,
    says('API key not valid.', 'INVALID_ARGUMENT', [info('API_KEY_INVALID')]),
    { class: 'auth', scope: 'credential' },
  ],
  [
    'expired key',
    400,
    says('API key expired. Please renew the API key.', 'INVALID_ARGUMENT'),
    { class: 'auth', scope: 'credential' },
  ],
  [
    'disabled API',
    403,
    says(
      'Generative Language API has not been used in project 1 before or it is disabled.',
      'PERMISSION_DENIED',
    ),
    { class: 'auth', scope: 'group' },
  ],
  [
    'country',
    400,
    says('User location is not supported for the API use.', 'FAILED_PRECONDITION'),
    { class: 'auth', scope: 'group' },
  ],
  [
    'unknown model',
    404,
    says('models/x is not found for API version v1beta', 'NOT_FOUND'),
    { class: 'target_gone' },
  ],
  [
    'overflow',
    400,
    says(
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      'INVALID_ARGUMENT',
    ),
    { class: 'context_length' },
  ],
  [
    'the caller’s fault',
    400,
    says('Please use a valid role: user, model.', 'INVALID_ARGUMENT'),
    { class: 'caller' },
  ],
];

describe('failures of gemini', () => {
  it.each(ROWS)('%s (%i)', (...row) => expect(readRow({ ...gemini, id: 'gemini' }, row)).toEqual(row[3]));
});

describe('definitions', () => {
  it.each([gemini, geminiCompatible])('$title sends its key in the header of the vendor', (definition) => {
    expect(definition.auth).toEqual({ kind: 'header', name: 'x-goog-api-key' });
    expect(new URL(definition.baseUrl ?? 'https://any.example').pathname).toBe('/');
  });
});

const FIXED: Capabilities = { noSampling: true, prefill: false, choices: 1 };
const STEERED: Capabilities = { noSampling: false, prefill: true };
const FOUR = ['minimal', 'low', 'medium', 'high'] as const;
const THREE = ['low', 'medium', 'high'] as const;

describe('models', () => {
  it.each<[string, Capabilities]>([
    ['gemini-4-argon', { ...FIXED, efforts: THREE, callIds: true }],
    ['gemini-4-hydrogen', { ...FIXED, efforts: [...THREE, 'xhigh'] }],
    ['gemini-flash-latest', { ...FIXED, efforts: THREE }],
    ['gemini-3.8-flash', { ...FIXED, efforts: THREE }],
    ['gemini-3.6-flash', { ...FIXED, efforts: FOUR }],
    ['gemini-3.5-flash', { ...STEERED, efforts: FOUR, choices: 1 }],
    ['gemini-3.5-flash-lite', { ...FIXED, efforts: FOUR }],
    ['gemini-3.1-pro-preview', { ...STEERED, efforts: THREE }],
    ['gemini-3.1-flash-lite', { ...STEERED, efforts: FOUR }],
    ['gemini-3-pro-preview', { ...STEERED, efforts: ['low', 'high'] }],
    ['gemini-3-flash-preview', { ...STEERED, efforts: FOUR }],
    ['gemini-3.1-flash-image', { efforts: ['minimal', 'high'], structuredOutput: 'none' }],
    ['gemini-3-pro-image-preview', { thinking: 'none', maxOutputTokens: 32_768 }],
    ['gemini-2.5-pro', { ...STEERED, thinking: 'budget', thinkingBudgetMin: 128, thinkingOff: false }],
    ['gemini-2.5-flash-lite', { thinking: 'budget', thinkingBudgetMin: 512, choices: 8 }],
    ['gemini-2.5-flash-image', { thinking: 'none', choices: 1 }],
    ['gemini-2.0-flash', { thinking: 'none', penalties: true, choices: 8 }],
    ['gemma-3-27b-it', { systemRole: 'none', thinking: 'none', structuredOutput: 'none' }],
    ['gemma-4-31b-it', { systemRole: 'system', efforts: ['minimal', 'high'], signedCalls: false }],
  ])('%s', (model, facts) =>
    expect(resolveCapabilities({ ...gemini, id: 'gemini' }, model)).toMatchObject(facts),
  );
});
