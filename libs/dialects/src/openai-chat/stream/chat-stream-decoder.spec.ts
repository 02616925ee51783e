import type { JsonObject } from '@turnpike/kernel';
import {
  checkGrammar,
  foldStream,
  type Capabilities,
  type EndReason,
  type StreamEvent,
} from '@turnpike/protocol';
import { createChatStreamDecoder } from './chat-stream-decoder';

type Chunk = JsonObject | string;

function decode(
  chunks: readonly Chunk[],
  end: EndReason = 'complete',
  capabilities: Capabilities = {},
): StreamEvent[] {
  const decoder = createChatStreamDecoder({ capabilities });
  const data = chunks.map((chunk) => (typeof chunk === 'string' ? chunk : JSON.stringify(chunk)));
  const events = [...data.flatMap((text) => decoder.push({ data: text })), ...decoder.end(end)];
  expect(checkGrammar(events)).toEqual([]);
  return events;
}

const delta = (content: JsonObject, finish: string | null = null, rest: JsonObject = {}): JsonObject => ({
  id: 'chatcmpl-1',
  model: 'm',
  created: 5,
  choices: [{ index: 0, delta: content, finish_reason: finish, ...rest }],
});
const calls = (...fragments: JsonObject[]): JsonObject => delta({ tool_calls: fragments });
const fn = (name: string | null, args: JsonObject | string | null): JsonObject => ({
  function: { name, arguments: args },
});
const done = delta({}, 'tool_calls');
const usage = { prompt_tokens: 3, completion_tokens: 4 };

const callsOf = (chunks: Chunk[]): unknown[] =>
  foldStream(decode(chunks)).parts.flatMap((part) =>
    part.kind === 'call' ? [[part.id, part.name, part.args]] : [],
  );

describe('createChatStreamDecoder', () => {
  it.each<[string, Chunk[], unknown[]]>([
    [
      'fragments',
      [
        calls({ index: 0, id: 'a', ...fn('f', '') }),
        calls({ index: 0, ...fn(null, '{"x"') }),
        calls({ index: 0, ...fn(null, ':1}') }),
      ],
      [['a', 'f', '{"x":1}']],
    ],
    [
      'indexes from 1',
      [calls({ index: 1, id: 'a', ...fn('f', '{}') }), calls({ index: 2, id: 'b', ...fn('g', '{}') })],
      [
        ['a', 'f', '{}'],
        ['b', 'g', '{}'],
      ],
    ],
    [
      'the index 0 for every call',
      [
        calls({ index: 0, id: 'a', ...fn('f', '{}') }),
        calls({ index: 0, id: 'b', ...fn('g', '{"y"') }),
        calls({ index: 0, ...fn(null, ':2}') }),
      ],
      [
        ['a', 'f', '{}'],
        ['b', 'g', '{"y":2}'],
      ],
    ],
    [
      'the index 0 and ids that alternate',
      [
        calls({ index: 0, id: 'a', ...fn('f', '{') }),
        calls({ index: 0, id: 'b', ...fn('g', '{') }),
        calls({ index: 0, id: 'a', ...fn(null, '}') }),
        calls({ index: 0, id: 'b', ...fn(null, '}') }),
      ],
      [
        ['a', 'f', '{}'],
        ['b', 'g', '{}'],
      ],
    ],
    [
      'the index 0 and no ids',
      [calls({ index: 0, ...fn('f', '{}') }), calls({ index: 0, ...fn('g', '{}') })],
      [
        ['', 'f', '{}'],
        ['', 'g', '{}'],
      ],
    ],
    [
      'no index',
      [calls({ id: 'a', ...fn('f', '{"x":1}') }, { id: 'b', ...fn('g', '{}') })],
      [
        ['a', 'f', '{"x":1}'],
        ['b', 'g', '{}'],
      ],
    ],
    [
      'neither index nor id',
      [calls(fn('f', '{"x"')), calls(fn(null, ':1}')), calls(fn('g', '{}'))],
      [
        ['', 'f', '{"x":1}'],
        ['', 'g', '{}'],
      ],
    ],
    [
      'an index as text',
      [calls({ index: '0', id: 'a', ...fn('f', '{') }), calls({ index: '0', ...fn(null, '}') })],
      [['a', 'f', '{}']],
    ],
    [
      'one id for two indexes',
      [calls({ index: 0, id: 'a', ...fn('f', '{}') }), calls({ index: 1, id: 'a', ...fn('g', '{}') })],
      [
        ['a', 'f', '{}'],
        ['a', 'g', '{}'],
      ],
    ],
    [
      'id and name on every fragment',
      [calls({ index: 0, id: 'a', ...fn('f', '{"x"') }), calls({ index: 0, id: 'a', ...fn('f', ':1}') })],
      [['a', 'f', '{"x":1}']],
    ],
    [
      'an id that comes late',
      [calls({ index: 0, ...fn('f', '') }), calls({ index: 0, id: 'a', ...fn(null, '{}') })],
      [['a', 'f', '{}']],
    ],
    [
      'a name in pieces',
      [
        calls({ index: 0, id: 'a', ...fn('get_', '') }),
        calls({ index: 0, ...fn('weather', null) }),
        calls({ index: 0, ...fn(null, '{}') }),
      ],
      [['a', 'get_weather', '{}']],
    ],
    [
      'a name that is repeated',
      [
        calls({ index: 0, id: 'a', ...fn('f', '') }),
        calls({ index: 0, ...fn('f', '') }),
        calls({ index: 0, ...fn(null, '{}') }),
      ],
      [['a', 'f', '{}']],
    ],
    [
      'arguments before the name',
      [calls({ index: 0, id: 'a', ...fn(null, '{') }), calls({ index: 0, ...fn('f', '}') })],
      [['a', 'f', '{}']],
    ],
    [
      'arguments as an object',
      [
        '{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":{"n":12345678901234567890}}}]}}]}',
      ],
      [['a', 'f', '{"n":12345678901234567890}']],
    ],
    ['no arguments', [calls({ index: 0, id: 'a', ...fn('f', null) })], [['a', 'f', '{}']]],
    [
      'the legacy form',
      [
        delta({ function_call: { name: 'f', arguments: '{"x"' } }),
        delta({ function_call: { arguments: ':1}' } }),
      ],
      [['', 'f', '{"x":1}']],
    ],
    [
      'placeholders',
      [calls({ index: 0 }), delta({ tool_calls: [] }), delta({ tool_calls: null, content: 'x' })],
      [],
    ],
    [
      'interleaved fragments',
      [
        calls({ index: 0, id: 'a', ...fn('f', '') }),
        calls({ index: 1, id: 'b', ...fn('g', '') }),
        calls({ index: 0, ...fn(null, '{"x":') }),
        calls({ index: 1, ...fn(null, '{}') }),
        calls({ index: 0, ...fn(null, '1}') }),
      ],
      [
        ['a', 'f', '{"x":1}'],
        ['b', 'g', '{}'],
      ],
    ],
  ])('reads calls with %s', (_, chunks, expected) => {
    expect(callsOf([...chunks, done, '[DONE]'])).toEqual(expected);
  });

  it.each<[string, Chunk[], unknown[]]>([
    [
      'text',
      [delta({ role: 'assistant', content: '' }), delta({ content: 'a' }), delta({ content: 'b' })],
      [['text', 'ab']],
    ],
    [
      'a first chunk without choices',
      [{ id: '', model: '', choices: [], prompt_filter_results: [] }, delta({ content: 'a' })],
      [['text', 'a']],
    ],
    ['no role at all', [delta({ content: 'a' })], [['text', 'a']]],
    [
      'reasoning_content',
      [delta({ reasoning_content: 'r' }), delta({ content: 'a' })],
      [
        ['reasoning', 'r'],
        ['text', 'a'],
      ],
    ],
    ['reasoning under two names', [delta({ reasoning: 'r', reasoning_content: 'r' })], [['reasoning', 'r']]],
    [
      'reasoning as details',
      [delta({ reasoning_details: [{ type: 'reasoning.text', text: 'r' }] })],
      [['reasoning', 'r']],
    ],
    [
      'details that repeat the reasoning',
      [delta({ reasoning: 'r' }), delta({ reasoning_details: [{ text: 'r' }] })],
      [['reasoning', 'r']],
    ],
    [
      'a list of parts',
      [
        delta({
          content: [
            { type: 'thinking', thinking: [{ type: 'text', text: 'r' }] },
            { type: 'text', text: 'a' },
          ],
        }),
      ],
      [
        ['reasoning', 'r'],
        ['text', 'a'],
      ],
    ],
    ['a refusal', [delta({ refusal: 'no' })], [['refusal', 'no']]],
    ['a message in place of a delta', [{ choices: [{ message: { content: 'a' } }] }], [['text', 'a']]],
    [
      'other choices',
      [
        {
          choices: [
            { index: 1, delta: { content: 'b' } },
            { index: 0, delta: { content: 'a' } },
          ],
        },
      ],
      [['text', 'a']],
    ],
    [
      'text after the finish reason',
      [delta({ content: 'a' }, 'stop'), delta({ content: 'b' })],
      [['text', 'ab']],
    ],
  ])('reads %s', (_, chunks, expected) => {
    const parts = foldStream(decode([...chunks, delta({}, 'stop'), '[DONE]'])).parts;
    expect(parts.map((part) => [part.kind, 'text' in part && part.text])).toEqual(expected);
  });

  it('says text before calls that stand in the same chunk, and text behind a call in its own block', () => {
    const both = delta({ content: 'a', tool_calls: [{ index: 0, id: 'x', ...fn('f', '{}') }] });
    const { parts } = foldStream(decode([both, delta({ content: 'b' }), done]));
    expect(parts.map((part) => part.kind)).toEqual(['text', 'call', 'text']);
  });

  it.each<[string, Chunk[]]>([
    ['in the finish chunk', [{ ...delta({}, 'stop'), usage }]],
    ['in its own chunk', [delta({}, 'stop'), { choices: [], usage }]],
    ['in the choice', [delta({}, 'stop', { usage })]],
    ['in x_groq', [{ ...delta({}, 'stop'), x_groq: { usage } }]],
    [
      'in every chunk',
      [
        { ...delta({ content: 'a' }), usage: { prompt_tokens: 3, completion_tokens: 1 } },
        { ...delta({}, 'stop'), usage },
      ],
    ],
  ])('finds usage %s', (_, chunks) => {
    expect(foldStream(decode([...chunks, '[DONE]'])).usage).toMatchObject({ input: 3, output: 4 });
  });

  it.each<[string, Chunk[], unknown]>([
    ['stop', [delta({}, 'stop')], { stop: 'end' }],
    [
      'stop with a whole call',
      [calls({ index: 0, id: 'a', ...fn('f', '{}') }), delta({}, 'stop')],
      { stop: 'tool' },
    ],
    [
      'stop with half a call',
      [calls({ index: 0, id: 'a', ...fn('f', '{"a') }), delta({}, 'stop')],
      { stop: 'end' },
    ],
    [
      'length with a call',
      [calls({ index: 0, id: 'a', ...fn('f', '{}') }), delta({}, 'length')],
      { stop: 'length' },
    ],
    ['tool_calls without a call', [delta({}, 'tool_calls')], { stop: 'end' }],
    ['content_filter', [delta({}, 'content_filter')], { stop: 'filtered' }],
    ['a refusal', [delta({ refusal: 'no' }), delta({}, 'stop')], { stop: 'refusal' }],
    ['an empty word first', [delta({ content: 'a' }, ''), delta({}, 'length')], { stop: 'length' }],
    [
      'a matched stop (vLLM)',
      [delta({}, 'stop', { stop_reason: 'END' })],
      { stop: 'stop_sequence', stopSequence: 'END' },
    ],
    [
      'a matched stop (SGLang)',
      [delta({}, 'stop', { matched_stop: 'END' })],
      { stop: 'stop_sequence', stopSequence: 'END' },
    ],
    ['a matched token', [delta({}, 'stop', { stop_reason: 151645 })], { stop: 'end' }],
    ['a word that nobody knows', [delta({}, 'eos')], { stop: 'end' }],
  ])('ends with %s', (_, chunks, expected) => {
    expect(decode(chunks).at(-1)).toEqual({ kind: 'finish', ...(expected as object) });
  });

  it.each<[string, Chunk[], string]>([
    ['an error chunk', [delta({ content: 'a' }), { error: { message: 'm', code: 429 } }], '429'],
    ['an error as text', [{ error: 'm' }], 'undefined'],
    [
      'an error in a choice',
      [{ choices: [{ error: { message: 'm', code: 'x' }, finish_reason: 'error' }] }],
      'x',
    ],
    ['the finish reason error', [delta({ content: 'a' }), delta({}, 'error')], 'error'],
    ['the finish reason network_error', [delta({}, 'network_error')], 'network_error'],
    ['half an event', [delta({ content: 'a' }), '{"choices":[{"del'], 'malformed_event'],
    ['an event that is no object', ['[1]'], 'malformed_event'],
    ['a call without a name', [calls({ index: 0, id: 'a', ...fn(null, '{}') }), done], 'malformed_event'],
  ])('fails at %s', (_, chunks, code) => {
    const last = decode([...chunks, delta({ content: 'more' }), '[DONE]']).at(-1);
    expect(last?.kind === 'error' && String(last.error.code)).toBe(code);
  });

  it.each<[string, Chunk[], EndReason, Capabilities, string]>([
    ['nothing at all', [], 'complete', {}, 'interrupted'],
    ['no finish reason', [delta({ content: 'a' })], 'complete', {}, 'interrupted'],
    ['[DONE] without a finish reason', [delta({ content: 'a' }), '[DONE]'], 'complete', {}, 'interrupted'],
    [
      'the same where the model never gives one',
      [delta({ content: 'a' }), '[DONE]'],
      'complete',
      { noFinishReason: true },
      'finish',
    ],
    ['a finish reason without [DONE]', [delta({}, 'stop')], 'cut', {}, 'finish'],
    ['half a chunk of usage', [delta({}, 'stop'), '{"choices":[],"usa'], 'complete', {}, 'finish'],
    ['a cut', [delta({ content: 'a' })], 'idle', { noFinishReason: true }, 'interrupted'],
  ])('tells of %s', (_, chunks, reason, capabilities, kind) => {
    expect(decode(chunks, reason, capabilities).at(-1)?.kind).toBe(kind);
  });
});
