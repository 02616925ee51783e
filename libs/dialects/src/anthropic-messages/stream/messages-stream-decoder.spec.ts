import type { JsonObject } from '@turnpike/kernel';
import { checkGrammar, foldStream, type EndReason, type Part, type StreamEvent } from '@turnpike/protocol';
import { createMessagesStreamDecoder } from './messages-stream-decoder';

type Wire = JsonObject | string;

function decode(wires: readonly Wire[], end: EndReason = 'complete'): StreamEvent[] {
  const decoder = createMessagesStreamDecoder({ capabilities: {} });
  const data = wires.map((wire) => (typeof wire === 'string' ? wire : JSON.stringify(wire)));
  const events = [...data.flatMap((text) => decoder.push({ data: text })), ...decoder.end(end)];
  expect(checkGrammar(events)).toEqual([]);
  return events;
}

const start = (usage?: JsonObject): JsonObject => ({
  type: 'message_start',
  message: { id: 'msg_1', model: 'm', ...(usage ? { usage } : {}) },
});
const open = (index: number, content_block: JsonObject): JsonObject => ({
  type: 'content_block_start',
  index,
  content_block,
});
const delta = (index: number, type: string, rest: JsonObject): JsonObject => ({
  type: 'content_block_delta',
  index,
  delta: { type, ...rest },
});
const say = (index: number, text: string): JsonObject => delta(index, 'text_delta', { text });
const args = (index: number, partial_json: string): JsonObject =>
  delta(index, 'input_json_delta', { partial_json });
const close = (index: number): JsonObject => ({ type: 'content_block_stop', index });
const end = (stop_reason: string | null, rest: JsonObject = {}): JsonObject => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  ...rest,
});
const stop: JsonObject = { type: 'message_stop' };
const tool = (index: number, rest: JsonObject = {}): JsonObject =>
  open(index, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {}, ...rest });

const call = (argsText: string): Part => ({
  kind: 'call',
  id: 'toolu_1',
  name: 'f',
  args: argsText,
  tool: 'function',
});
const signed = (value: string, text?: string): Part => ({
  kind: 'reasoning',
  ...(text ? { text } : {}),
  signature: { vendor: 'anthropic', value },
});

describe('createMessagesStreamDecoder', () => {
  it.each<[string, Wire[], Part[]]>([
    [
      'text',
      [open(0, { type: 'text', text: '' }), say(0, 'a'), say(0, 'b'), close(0)],
      [{ kind: 'text', text: 'ab' }],
    ],
    [
      'text in the start',
      [open(0, { type: 'text', text: 'a' }), say(0, 'b')],
      [{ kind: 'text', text: 'ab' }],
    ],
    ['text without a start', [say(0, 'a')], [{ kind: 'text', text: 'a' }]],
    [
      'a delta of another kind',
      [open(0, { type: 'thinking', thinking: 'x' }), say(0, 'a')],
      [
        { kind: 'reasoning', text: 'x' },
        { kind: 'text', text: 'a' },
      ],
    ],
    ['an empty block', [open(0, { type: 'text', text: '' }), close(0)], []],
    [
      'thinking',
      [
        open(0, { type: 'thinking', thinking: '', signature: '' }),
        delta(0, 'thinking_delta', { thinking: 't' }),
        delta(0, 'signature_delta', { signature: 's' }),
        close(0),
      ],
      [signed('s', 't')],
    ],
    [
      'thinking with a signature and no text',
      [
        open(0, { type: 'thinking', thinking: '', signature: '' }),
        delta(0, 'signature_delta', { signature: 's' }),
        close(0),
      ],
      [signed('s')],
    ],
    [
      'redacted thinking',
      [open(0, { type: 'redacted_thinking', data: 'd' }), close(0)],
      [{ kind: 'reasoning', redacted: 'd' }],
    ],
    ['a call', [tool(0), args(0, ''), args(0, '{"a"'), args(0, ':1}'), close(0)], [call('{"a":1}')]],
    [
      'a compaction in pieces',
      [
        open(0, { type: 'compaction', content: null }),
        delta(0, 'compaction_delta', { content: 'a' }),
        delta(0, 'compaction_delta', { content: 'b' }),
        close(0),
      ],
      [{ kind: 'opaque', vendor: 'anthropic', raw: { type: 'compaction', content: 'ab' } }],
    ],
    ['a block without a type', [open(0, {}), say(0, 'a'), close(0)], [{ kind: 'text', text: 'a' }]],
    ['a call without arguments', [tool(0), close(0)], [call('{}')]],
    [
      'arguments in the start',
      [
        '{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{"n":12345678901234567890}}}',
      ],
      [call('{"n":12345678901234567890}')],
    ],
    [
      'no indexes',
      [
        { type: 'content_block_start', content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', delta: { type: 'text_delta', text: 'a' } },
      ],
      [{ kind: 'text', text: 'a' }],
    ],
    [
      'citations',
      [
        open(0, { type: 'text', text: '' }),
        say(0, 'a'),
        delta(0, 'citations_delta', { citation: { type: 'char_location' } }),
      ],
      [{ kind: 'text', text: 'a', citations: [{ type: 'char_location' }] }],
    ],
    [
      'a server tool',
      [
        open(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
        args(0, '{"q":'),
        args(0, '"x"}'),
        close(0),
      ],
      [
        {
          kind: 'opaque',
          vendor: 'anthropic',
          raw: { type: 'server_tool_use', id: 's', name: 'web_search', input: { q: 'x' } },
        },
      ],
    ],
    [
      'unknown events and deltas',
      [
        { type: 'news' },
        { type: 'ping' },
        '[DONE]',
        open(0, { type: 'text', text: 'a' }),
        delta(0, 'aside_delta', { text: 'b' }),
      ],
      [{ kind: 'text', text: 'a' }],
    ],
    [
      'a second message_start',
      [say(0, 'a'), start({ input_tokens: 9 }), say(0, 'b')],
      [{ kind: 'text', text: 'ab' }],
    ],
  ])('reads %s', (_, wires, expected) => {
    expect(foldStream(decode([start(), ...wires, end('end_turn'), stop])).parts).toEqual(expected);
  });

  it("names the server's vendor as the signer", () => {
    const decoder = createMessagesStreamDecoder({ capabilities: {}, vendor: 'minimax' });
    const wires = [open(0, { type: 'thinking', thinking: 't', signature: 's' }), end('end_turn'), stop];
    const events = wires.flatMap((wire) => decoder.push({ data: JSON.stringify(wire) }));
    expect(foldStream(events).parts).toMatchObject([{ signature: { vendor: 'minimax', value: 's' } }]);
  });

  it('reads a stream without message_start', () => {
    expect(foldStream(decode([say(0, 'a'), stop])).parts).toEqual([{ kind: 'text', text: 'a' }]);
  });

  it('lets the last usage count, and takes that of a second message_start', () => {
    const wires = [
      start({
        input_tokens: 5,
        cache_creation_input_tokens: 8,
        cache_creation: { ephemeral_1h_input_tokens: 8 },
        output_tokens: 1,
      }),
      start({ input_tokens: 6 }),
      end('end_turn', {
        usage: { cache_creation_input_tokens: 8, cache_read_input_tokens: null, output_tokens: 3 },
      }),
    ];
    expect(foldStream(decode(wires)).usage).toMatchObject({
      input: 6,
      cacheWrite1h: 8,
      cacheWriteUnknownTtl: 0,
      output: 3,
    });
  });

  it.each<[string, Wire[], object]>([
    ['end_turn', [end('end_turn'), stop], { stop: 'end' }],
    ['end_turn with a call', [tool(0), args(0, '{}'), close(0), end('end_turn'), stop], { stop: 'tool' }],
    ['tool_use without a call', [end('tool_use'), stop], { stop: 'end' }],
    [
      'max_tokens with a call',
      [tool(0), args(0, '{}'), close(0), end('max_tokens'), stop],
      { stop: 'length' },
    ],
    [
      'a stop sequence',
      [end('stop_sequence', { delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' } }), stop],
      { stop: 'stop_sequence', stopSequence: 'END' },
    ],
    ['pause_turn', [end('pause_turn'), stop], { stop: 'pause' }],
    ['refusal', [end('refusal'), stop], { stop: 'refusal' }],
    ['a full context', [end('model_context_window_exceeded'), stop], { stop: 'context_full' }],
    ['message_stop alone', [stop], { stop: 'end' }],
    ['a stop reason and no message_stop', [end('end_turn')], { stop: 'end' }],
  ])('ends with %s', (_, wires, expected) => {
    expect(decode([start(), ...wires]).at(-1)).toEqual({ kind: 'finish', ...expected });
  });

  it.each<[string, Wire[], string | undefined]>([
    [
      'an error event',
      [{ type: 'error', error: { type: 'overloaded_error', message: 'm' } }],
      'overloaded_error',
    ],
    ['an error without a type', [{ error: { type: 'api_error', message: 'm' } }], 'api_error'],
    ['half an event', ['{"type":"content_blo'], 'api_error'],
    ['a call without a name', [open(0, { type: 'tool_use', id: 'a' })], 'api_error'],
    ['arguments without a call', [args(0, '{}')], 'api_error'],
  ])('fails at %s', (_, wires, type) => {
    const last = decode([start(), say(1, 'a'), ...wires, say(1, 'b'), stop]).at(-1);
    expect(last?.kind === 'error' && last.error.type).toBe(type);
  });

  it.each<[Wire[], EndReason]>([
    [[], 'complete'],
    [[start(), say(0, 'a'), close(0)], 'complete'],
    [[start(), say(0, 'a'), end(null, { usage: { output_tokens: 3 } })], 'cut'],
  ])('tells that %j is no end', (wires, reason) => {
    expect(decode(wires, reason).at(-1)).toEqual({ kind: 'interrupted', reason });
  });

  it('loses nothing to an event that broke off behind the stop reason', () => {
    expect(decode([start(), end('end_turn'), '{"type":"mess']).at(-1)).toEqual({
      kind: 'finish',
      stop: 'end',
    });
  });
});
