import { gzipSync } from 'node:zlib';
import type { DialectId } from '@turnpike/protocol';
import { compareHeard } from '../../replay/compare-heard';
import { findExchange } from '../../replay/find-exchange';
import { hearAnswer, type Heard } from '../../replay/heard';
import { readRecording, type RecordedBody, type Recording } from '../../replay/recording';
import { CUTS, cutBody, toServedAnswer } from '../../replay/served-answer';

function recordingOf(
  url: string,
  body: unknown,
  response: { body?: RecordedBody; headers?: object; status?: number } = {},
): Recording {
  const read = readRecording(
    {
      request: { method: 'POST', url, headers: {}, body: { kind: 'json', value: body } },
      response: { status: 200, headers: {}, body: { kind: 'none' }, ...response },
    },
    'a:1',
  );
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

const CHAT = { messages: [{ role: 'user', content: 'Hi' }], model: 'm' };

describe('findExchange', () => {
  it.each<[string, object, object]>([
    [
      'https://api.openai.com/v1/chat/completions',
      CHAT,
      { dialect: 'openai-chat', provider: 'openai', model: 'm' },
    ],
    [
      'https://x.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21',
      { messages: CHAT.messages },
      { dialect: 'openai-chat', provider: 'azure-openai', model: 'gpt' },
    ],
    ['https://router.huggingface.co/x/v1/chat/completions', CHAT, { provider: 'openai-compatible' }],
    [
      'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
      CHAT,
      { dialect: 'openai-chat', provider: 'openai-compatible' },
    ],
    ['https://api.openai.com/v1/responses', { model: 'm', input: 'Hi' }, { dialect: 'openai-responses' }],
    [
      'https://api.anthropic.com/v1/messages?beta=true',
      CHAT,
      { dialect: 'anthropic-messages', kind: 'generate' },
    ],
    ['https://api.anthropic.com/v1/messages/count_tokens', CHAT, { kind: 'count' }],
    [
      'https://us-aiplatform.googleapis.com/v1/projects/p/publishers/anthropic/models/c@1:streamRawPredict',
      { messages: CHAT.messages },
      { dialect: 'anthropic-messages', model: 'c@1', stream: true },
    ],
    [
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.c-v1%3A0/invoke',
      { ...CHAT, anthropic_version: 'bedrock-2023-05-31' },
      { dialect: 'anthropic-messages', model: 'm' },
    ],
    [
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/a%3A0/converse-stream',
      CHAT,
      { dialect: 'bedrock-converse', stream: true },
    ],
    [
      'https://x.googleapis.com/v1/publishers/google/models/g:streamGenerateContent?alt=sse',
      { contents: [] },
      { dialect: 'gemini-generate', model: 'g', stream: true },
    ],
    ['https://api.cohere.com/v2/chat', CHAT, { dialect: 'cohere-chat' }],
    ['http://localhost:11434/api/chat', CHAT, { dialect: 'ollama-chat' }],
    ['https://api.openai.com/v1/responses/compact', CHAT, { reason: 'compaction of a conversation' }],
    ['https://api.openai.com/v1/audio/speech', CHAT, { reason: 'audio' }],
    ['not a url', {}, { kind: 'not-applicable' }],
  ])('%s', (url, body, expected) => {
    expect(findExchange(recordingOf(url, body))).toMatchObject(expected);
  });

  it('recognises a path of its own by both bodies', () => {
    const body: RecordedBody = { kind: 'json', value: { choices: [] } };
    const found = findExchange(recordingOf('https://x.example/serving/m/invocations', CHAT, { body }));
    expect(found).toMatchObject({ kind: 'generate', dialect: 'openai-chat' });
  });
});

describe('toServedAnswer', () => {
  it('leaves out what belongs to the journey, decoded or not', () => {
    const headers = {
      'Content-Type': ['application/json'],
      'Content-Encoding': ['gzip'],
      'content-length': '3',
      'transfer-encoding': 'chunked',
      'Set-Cookie': ['a=1', 'b=2'],
      'bad header': 'x',
    };
    const plain: RecordedBody = { kind: 'json', value: { a: 1 } };
    const packed: RecordedBody = { kind: 'base64', value: gzipSync('{"a":1}').toString('base64') };
    for (const body of [plain, packed]) {
      const served = toServedAnswer(recordingOf('https://x.example', {}, { body, headers }));
      expect(served.body.toString()).toBe('{"a":1}');
      expect(served.headers).toEqual([
        ['content-type', 'application/json'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ]);
    }
  });

  it('cuts a body without losing a byte of it', () => {
    const body = Buffer.from('data: {"a":"\\n é 🗼"}\r\n\r\ndata: [DONE]\n\n'.repeat(20));
    for (const cut of CUTS) expect(Buffer.concat(cutBody(body, cut))).toEqual(body);
    expect(cutBody(body, 'awkward').length).toBeGreaterThan(10);
  });
});

const heardChat = (message: object, usage: object = { prompt_tokens: 5, completion_tokens: 7 }): Heard => {
  const value = JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }], usage });
  const recording = recordingOf('https://x.example', {}, { body: { kind: 'text', value } });
  return hearAnswer('openai-chat', toServedAnswer(recording));
};
const call = (args: string): object => ({
  tool_calls: [{ id: 'a', function: { name: 'f', arguments: args } }],
});

describe('compareHeard', () => {
  it.each<[string, object, object, DialectId, RegExp[]]>([
    ['the same', { content: 'a' }, { content: 'a' }, 'openai-chat', []],
    ['a lost end', { content: 'abc' }, { content: 'ab' }, 'openai-chat', [/^text differs at 2/]],
    ['a lost refusal', { refusal: 'no' }, {}, 'openai-responses', [/^refusal differs/]],
    ['a lost call', call('{}'), {}, 'openai-chat', [/^calls differ/, /^the end "tool" became "end"/]],
    ['other arguments', call('{"a":1}'), call('{"a":2}'), 'gemini-generate', [/^arguments of f differ/]],
    ['arguments in another spelling', call('{"a": 1}'), call('{"a":1}'), 'gemini-generate', []],
    ['no arguments', call(''), call('{}'), 'anthropic-messages', []],
    ['cut-off arguments', call('{"a'), call('{"b'), 'openai-chat', [/^arguments of f differ/]],
  ])('sees %s', (_, recorded, got, client, expected) => {
    const problems = compareHeard(heardChat(recorded), heardChat(got), client);
    expect(problems).toHaveLength(expected.length);
    expected.forEach((pattern, i) => expect(problems[i]).toMatch(pattern));
  });

  it('misses no token', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 4,
      prompt_tokens_details: { cached_tokens: 6 },
      completion_tokens_details: { reasoning_tokens: 2 },
    };
    const recorded = heardChat({ content: 'a' }, usage);
    expect(recorded.tokens).toEqual({ input: 10, cacheRead: 6, cacheWrite: 0, output: 4, reasoning: 2 });
    const got = heardChat({ content: 'a' }, { prompt_tokens: 4, completion_tokens: 4 });
    expect(compareHeard(recorded, got, 'openai-chat')).toEqual([
      'usage input 10 became 4',
      'usage cacheRead 6 became 0',
      'usage reasoning 2 became 0',
    ]);
  });
});
