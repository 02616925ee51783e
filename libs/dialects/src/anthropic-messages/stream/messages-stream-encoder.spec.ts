import {
  createSseParser,
  unfoldResponse,
  unwrapSignature,
  type BlockContent,
  type ChatResponse,
  type Part,
  type SseEvent,
  type StreamEvent,
} from '@turnpike/protocol';
import { readMessagesStream } from '../../answer/fixtures/read-messages-stream';
import type { AnswerView } from '../../dialect';
import { createMessagesStreamEncoder } from './messages-stream-encoder';

const VIEW: AnswerView = { id: '1', model: 'alias', createdAt: 1, includeUsage: false, inputEstimate: 12 };

function write(events: readonly StreamEvent[]): SseEvent[] {
  const encoder = createMessagesStreamEncoder(VIEW);
  const text = [...events.flatMap((event) => encoder.push(event)), ...encoder.end('complete')].join('');
  const parser = createSseParser();
  return [...parser.push(Buffer.from(text)), ...parser.end()];
}

/** `type index detail` of each event, as the story of a stream. */
const story = (events: readonly SseEvent[]): string[] =>
  events.map(({ data }) => {
    const {
      type,
      index,
      content_block: block,
      delta,
    } = JSON.parse(data) as Record<string, Record<string, unknown>>;
    const detail = block
      ? [block.type, block.id, block.name]
      : delta
        ? [delta.type, delta.partial_json ?? delta.text ?? delta.thinking]
        : [];
    return [type, index, ...detail].filter((word) => word !== undefined).join(' ');
  });

const start: StreamEvent = { kind: 'start', id: 'up', model: 'gpt' };
const call = (block: number, id: string, name: string): StreamEvent => ({
  kind: 'block-start',
  block,
  content: { kind: 'call', id, name, tool: 'function' },
});
const args = (block: number, text: string): StreamEvent => ({
  kind: 'block-delta',
  block,
  delta: { kind: 'arguments', text },
});
const open = (block: number, content: BlockContent): StreamEvent => ({ kind: 'block-start', block, content });
const text = (block: number, said: string): StreamEvent => ({
  kind: 'block-delta',
  block,
  delta: { kind: 'text', text: said },
});
const end = (block: number): StreamEvent => ({ kind: 'block-end', block });
const finish = (stop: ChatResponse['stop']): StreamEvent => ({ kind: 'finish', stop });

describe('createMessagesStreamEncoder', () => {
  it('writes two interleaved calls one behind the other', () => {
    const events = write([
      start,
      call(0, 'a', 'f'),
      call(1, 'b', 'g'),
      args(0, '{"x":'),
      args(1, '{"y":'),
      args(0, '1}'),
      args(1, '2}'),
      end(0),
      end(1),
      { kind: 'usage', usage: { input: 40, cacheRead: 60, output: 9 } },
      finish('tool'),
    ]);
    expect(story(events)).toEqual([
      'message_start',
      'content_block_start 0 tool_use a f',
      'content_block_delta 0 input_json_delta {"x":',
      'content_block_delta 0 input_json_delta 1}',
      'content_block_stop 0',
      'content_block_start 1 tool_use b g',
      'content_block_delta 1 input_json_delta {"y":',
      'content_block_delta 1 input_json_delta 2}',
      'content_block_stop 1',
      'message_delta',
      'message_stop',
    ]);
    expect(JSON.parse(events.at(0)?.data ?? '')).toMatchObject({
      message: { model: 'alias', usage: { input_tokens: 12, output_tokens: 1 } },
    });
    expect(JSON.parse(events.at(-2)?.data ?? '')).toMatchObject({
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { input_tokens: 40, cache_read_input_tokens: 60, output_tokens: 9 },
    });
  });

  it('does not close a call because another begins, and keeps text behind it waiting', () => {
    const events = write([
      start,
      call(0, 'a', 'f'),
      args(0, '{"x'),
      call(1, 'b', 'g'),
      open(2, { kind: 'text' }),
      text(2, 'hi'),
      args(0, '":1} \n'),
      args(1, '{}'),
      end(2),
      end(0),
      end(1),
      finish('tool'),
    ]);
    const reading = readMessagesStream(events);
    expect(reading.problems).toEqual([]);
    expect(reading.calls).toEqual([
      { id: 'a', name: 'f', args: '{"x":1}' },
      { id: 'b', name: 'g', args: '{}' },
    ]);
    expect(story(events).at(-4)).toBe('content_block_delta 2 text_delta hi');
  });

  it('closes a cut-off call as it is', () => {
    const events = write([start, call(0, 'a', 'f'), args(0, '{"x":"unfin'), end(0), finish('length')]);
    expect(readMessagesStream(events)).toMatchObject({
      stop: 'max_tokens',
      calls: [{ args: '{"x":"unfin' }],
      problems: [],
    });
  });

  it.each<[string, string, string]>([
    ['no arguments', '', '{}'],
    ['white space', '  ', '{}'],
    ['null', 'null', '{}'],
    ['an object inside a string', '"{\\"a\\":12345678901234567890}"', '{"a":12345678901234567890}'],
    ['text behind the object', '{"a":"}"} trailing', '{"a":"}"}'],
  ])('makes one object of %s', (_, given, expected) => {
    const pieces = [...given].map((c) => args(0, c));
    const reading = readMessagesStream(write([start, call(0, 'a', 'f'), ...pieces, end(0), finish('tool')]));
    expect([reading.calls[0]?.args, reading.problems]).toEqual([expected, []]);
  });

  it.each<[string, Part[], string[]]>([
    [
      'empty text',
      [
        { kind: 'text', text: '' },
        { kind: 'text', text: 'a' },
      ],
      ['content_block_start 0 text', 'content_block_delta 0 text_delta a', 'content_block_stop 0'],
    ],
    [
      'a refusal',
      [{ kind: 'refusal', text: 'no' }],
      ['content_block_start 0 text', 'content_block_delta 0 text_delta no', 'content_block_stop 0'],
    ],
    [
      'redacted thinking',
      [{ kind: 'reasoning', redacted: 'd' }],
      ['content_block_start 0 redacted_thinking', 'content_block_stop 0'],
    ],
    [
      'thinking whose text is withheld',
      [{ kind: 'reasoning', signature: { vendor: 'anthropic', value: 's' } }],
      ['content_block_start 0 thinking', 'content_block_delta 0 signature_delta', 'content_block_stop 0'],
    ],
    [
      'encrypted reasoning of another vendor',
      [{ kind: 'reasoning', signature: { vendor: 'openai', value: 's' } }],
      ['content_block_start 0 redacted_thinking', 'content_block_stop 0'],
    ],
    ["another vendor's own block", [{ kind: 'opaque', vendor: 'openai', raw: { type: 'x' } }], []],
    [
      "the vendor's own block",
      [{ kind: 'opaque', vendor: 'anthropic', raw: { type: 'server_tool_use', id: 's', name: 'w' } }],
      ['content_block_start 0 server_tool_use s w', 'content_block_stop 0'],
    ],
    [
      'an image',
      [{ kind: 'image', source: { kind: 'base64', data: 'x', mimeType: 'image/png' } }],
      [
        'content_block_start 0 text',
        'content_block_delta 0 text_delta ![image/png](not carried by the Messages API)',
        'content_block_stop 0',
      ],
    ],
  ])('writes %s', (_, parts, expected) => {
    expect(story(write(unfoldResponse({ parts, stop: 'end' }))).slice(1, -2)).toEqual(expected);
  });

  it.each<[string, Part, (signature: string) => unknown, unknown]>([
    [
      "the vendor's own signature",
      { kind: 'reasoning', text: 't', signature: { vendor: 'anthropic', value: 'sig' } },
      (s) => s,
      'sig',
    ],
    [
      "another vendor's signature wrapped",
      { kind: 'reasoning', text: 't', signature: { vendor: 'google', value: 'sig' } },
      unwrapSignature,
      { vendor: 'google', kind: 'thinking', value: 'sig' },
    ],
    [
      'a marker where nobody signed',
      { kind: 'reasoning', text: 't' },
      unwrapSignature,
      { vendor: 'none', kind: 'unsigned', value: '' },
    ],
  ])('signs thinking last, with %s', (_, part, read, expected) => {
    const events = write(unfoldResponse({ parts: [part], stop: 'end' }));
    const { delta } = JSON.parse(events.at(3)?.data ?? '') as { delta: { type: string; signature: string } };
    expect([delta.type, read(delta.signature)]).toEqual(['signature_delta', expected]);
  });

  it('shows exact input from the start where it is known by then', () => {
    const usage: StreamEvent = { kind: 'usage', usage: { input: 3, cacheRead: 4, output: 0 } };
    const [first] = write([start, usage, open(0, { kind: 'text' }), text(0, 'a'), end(0), finish('end')]);
    expect(JSON.parse(first?.data ?? '')).toMatchObject({
      message: { usage: { input_tokens: 3, cache_read_input_tokens: 4 } },
    });
  });

  it('estimates usage that was never reported', () => {
    const reading = readMessagesStream(
      write([start, open(0, { kind: 'text' }), text(0, 'seven b'), end(0), finish('end')]),
    );
    expect(reading.usage).toMatchObject({ input_tokens: 12, output_tokens: 2 });
  });

  it('mints ids that are missing, illegal or used before', () => {
    const ids = ['', 'functions.f:0', '0', 'ok', 'ok'];
    const events = write([
      start,
      ...ids.flatMap((id, i) => [call(i, id, 'f'), args(i, '{}'), end(i)]),
      finish('tool'),
    ]);
    const { calls, problems } = readMessagesStream(events);
    expect(problems).toEqual([]);
    expect(calls.map((c) => /^call_[0-9A-Za-z]{24}$/.test(c.id))).toEqual([true, true, true, false, true]);
  });

  it.each<[string, StreamEvent, object]>([
    [
      'an error',
      { kind: 'error', error: { message: 'Busy.', type: 'overloaded_error' } },
      { type: 'overloaded_error', message: 'Busy.' },
    ],
    [
      'an error of another dialect',
      { kind: 'error', error: { message: 'Slow down.', type: 'requests', code: 'rate_limit_exceeded' } },
      { type: 'rate_limit_error' },
    ],
    ['an interruption', { kind: 'interrupted', reason: 'cut' }, { type: 'api_error' }],
    ['a finish that is none', finish('malformed_call'), { type: 'api_error' }],
  ])('ends at %s without closing what is open', (_, last, error) => {
    const reading = readMessagesStream(write([start, open(0, { kind: 'text' }), text(0, 'a'), last]));
    expect(reading).toMatchObject({ error, done: false, problems: [] });
  });
});
