import { readRow, type FailureRow } from '@turnpike/testing/failure-row';
import type { UpstreamDialectId } from '@turnpike/protocol';
import { compileProvider } from '../../domain/compile-provider';
import { fillPaths } from '../../domain/operation-paths';
import { resolveCapabilities } from '../../domain/resolve-capabilities';
import { PROVIDERS } from '../../registry';

const { ollama } = PROVIDERS;
const says = (error: string) => ({ body: { error } });

describe('failures of Ollama', () => {
  it.each<FailureRow>([
    ['an unknown model', 404, says("model 'nonexistent' not found"), { class: 'target_gone', scope: 'none' }],
    [
      'an hour',
      429,
      says("you've reached your hourly usage limit, please wait or upgrade to continue"),
      { class: 'rate_long', scope: 'credential' },
    ],
    [
      'a session',
      429,
      says(
        'you (x) have reached your session usage limit, upgrade for higher limits: https://ollama.com/upgrade',
      ),
      { class: 'rate_long', scope: 'credential' },
    ],
    [
      'a week',
      429,
      says('you (x) have reached your weekly usage limit, upgrade for higher limits'),
      { class: 'rate_long', scope: 'credential' },
    ],
    [
      'a busy server',
      503,
      says('server busy, please try again.  maximum pending requests exceeded'),
      { class: 'overload', scope: 'model' },
    ],
    [
      'an overloaded cloud',
      503,
      says('Server overloaded, please retry shortly (ref: x)'),
      { class: 'overload', scope: 'model' },
    ],
    [
      'a model without tools',
      400,
      says('registry.ollama.ai/library/gemma:2b does not support tools'),
      { class: 'caller', scope: 'none' },
    ],
    [
      'a model that is too large',
      500,
      says('model requires more system memory (8.4 GiB) than is available (3.8 GiB)'),
      { class: 'server', scope: 'model' },
    ],
    [
      'a prompt that is too long',
      500,
      says('the input length exceeds the context length'),
      { class: 'context_length', scope: 'none' },
    ],
    [
      'a runner that died in a stream',
      200,
      {
        body: '{"model":"m","message":{"content":"a"},"done":false}\n{"error":"model runner has unexpectedly stopped"}\n',
        verdict: 'error_in_answer',
      },
      { class: 'server', scope: 'model' },
    ],
  ])('%s', (...row) => expect(readRow(ollama, row)).toEqual(row[3]));
});

it('asks only models that can think to do so, and all for room', () => {
  expect(resolveCapabilities(ollama, 'llama3.2:3b')).toMatchObject({ thinking: 'none', numCtx: 32_768 });
  expect(resolveCapabilities(ollama, 'qwen3:8b')).toMatchObject({ thinking: 'adaptive' });
  expect(resolveCapabilities(ollama, 'qwen3-coder:30b')).toMatchObject({ thinking: 'none' });
  expect(resolveCapabilities(ollama, 'gpt-oss:20b')).toMatchObject({ thinking: 'effort' });
});

it.each<[string, string | undefined, UpstreamDialectId | undefined, string]>([
  ['its own dialect', undefined, undefined, 'http://127.0.0.1:11434/api/chat'],
  ['an address of the common dialect', 'http://gpu:11434/v1', undefined, 'http://gpu:11434/api/chat'],
  ['an address with the path of its own', 'http://gpu:11434/api', undefined, 'http://gpu:11434/api/chat'],
  ['the common dialect', undefined, 'openai-chat', 'http://127.0.0.1:11434/v1/chat/completions'],
  [
    'the common dialect by its address',
    'http://gpu:11434/v1/',
    'openai-chat',
    'http://gpu:11434/v1/chat/completions',
  ],
  ['the dialect of Messages', 'http://gpu:11434', 'anthropic-messages', 'http://gpu:11434/v1/messages'],
])('is asked where it listens: %s', (_, baseUrl, dialect, url) => {
  const provider = compileProvider('local', { use: 'ollama', credentials: [], baseUrl, dialect }, ollama);
  expect(provider.origin + String(fillPaths(ollama, { ...provider, model: 'm' }).generate?.whole)).toBe(url);
});
