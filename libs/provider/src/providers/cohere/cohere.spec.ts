import { readRow, type FailureRow } from '@turnpike/testing/failure-row';
import { compileProvider } from '../../domain/compile-provider';
import { fillPaths } from '../../domain/operation-paths';
import { resolveCapabilities } from '../../domain/resolve-capabilities';
import { PROVIDERS } from '../../registry';

const { cohere } = PROVIDERS;
const says = (message: string) => ({ body: { id: 'x', message } });

describe('failures of Cohere', () => {
  it.each<FailureRow>([
    [
      'an unknown model',
      404,
      says(
        "model 'nonexistent' not found, make sure the correct model ID was used and that you have access to the model.",
      ),
      { class: 'target_gone', scope: 'none' },
    ],
    [
      'too long',
      400,
      says(
        'too many tokens: total number of tokens (prompt and prediction) cannot exceed 2048 - received 6354. Try using a shorter prompt or a smaller max_tokens value.',
      ),
      { class: 'context_length', scope: 'none' },
    ],
    ['a wrong key', 401, says('invalid api token'), { class: 'auth', scope: 'credential' }],
    [
      'calls of a minute',
      429,
      says(
        'You are using a Trial key, which is limited to 20 API calls / minute. You can continue to use the Trial key for free or upgrade to a Production key with higher rate limits.',
      ),
      { class: 'rate_minute', scope: 'credential' },
    ],
    [
      'calls of a month',
      429,
      says('You are using a Trial key, which is limited to 1000 API calls / month.'),
      { class: 'rate_long', scope: 'credential' },
    ],
    [
      'no money',
      402,
      says('Please add or update your payment method at https://x.test to continue'),
      { class: 'credit', scope: 'credential' },
    ],
    [
      'a blocked text',
      498,
      says('blocked output: please adjust the prompt and try again'),
      { class: 'content_filter', scope: 'none' },
    ],
    [
      'an odd request',
      422,
      says("unknown field: parameter 'x' is not a valid field"),
      { class: 'caller', scope: 'none' },
    ],
    ['a broken service', 500, says('internal server error'), { class: 'server', scope: 'model' }],
    ['a busy service', 503, says('service unavailable'), { class: 'overload', scope: 'model' }],
    [
      'an answer that ended in an error',
      200,
      {
        body: {
          error: {
            message: 'The provider ended its answer with an error (ERROR).',
            type: 'api_error',
            code: 'ERROR',
          },
        },
        verdict: 'error_in_answer',
      },
      { class: 'server', scope: 'model' },
    ],
  ])('%s', (...row) => expect(readRow(cohere, row)).toEqual(row[3]));
});

it('knows which models think, see and can be told to call', () => {
  expect(resolveCapabilities(cohere, 'command-a-reasoning-08-2025')).toMatchObject({ thinking: 'budget' });
  expect(resolveCapabilities(cohere, 'command-a-03-2025')).toMatchObject({ thinking: 'none', images: false });
  expect(resolveCapabilities(cohere, 'command-a-vision-07-2025')).toMatchObject({ images: true });
  expect(resolveCapabilities(cohere, 'command-r-plus-08-2024')).toMatchObject({ toolChoice: false });
});

it.each<[string, string | undefined, 'openai-chat' | undefined, string]>([
  ['its own dialect', undefined, undefined, 'https://api.cohere.com/v2/chat'],
  ['an address with the version', 'https://proxy.test/co/v2', undefined, 'https://proxy.test/co/v2/chat'],
  [
    'the common dialect',
    undefined,
    'openai-chat',
    'https://api.cohere.com/compatibility/v1/chat/completions',
  ],
  [
    'the common dialect by its whole address',
    'https://api.cohere.com/compatibility/v1',
    'openai-chat',
    'https://api.cohere.com/compatibility/v1/chat/completions',
  ],
])('is asked where it listens: %s', (_, baseUrl, dialect, url) => {
  const provider = compileProvider('co', { use: 'cohere', credentials: [], baseUrl, dialect }, cohere);
  const question = { ...provider, model: 'm' };
  expect(provider.origin + String(fillPaths(cohere, question).generate?.whole)).toBe(url);
});
