import type { JsonObject } from '@turnpike/kernel';
import { createMeter, createSseParser, SseSplitter } from '@turnpike/protocol';
import { someStream } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { TAP, type StreamTap } from '../../dialect';
import { createMessagesStreamDecoder, createMessagesStreamEncoder } from '../stream';
import { createMessagesTap } from './messages-tap';

const VIEW = { id: '1', model: 'up', createdAt: 5, inputEstimate: 1, includeUsage: false };

const STYLES: [string, (value: JsonObject) => string][] = [
  ['compact', (value) => `event: ${String(value.type)}\ndata: ${JSON.stringify(value)}\n\n`],
  [
    'spaced',
    (value) => `data: ${JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ').replace(/":/g, '" :')}\r\n\r\n`,
  ],
];

function feed(tap: StreamTap, wire: string): number[] {
  const verdicts: number[] = [];
  new SseSplitter().push(Buffer.from(wire), (bytes, start, end) =>
    verdicts.push(tap.inspect(bytes, start, end)),
  );
  return verdicts;
}

const start = (content_block: JsonObject): JsonObject => ({
  type: 'content_block_start',
  index: 0,
  content_block,
});
const delta = (type: string, rest: JsonObject): JsonObject => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type, ...rest },
});

describe.each(STYLES)('createMessagesTap on %s events', (_, write) => {
  it.each<[string, JsonObject, number]>([
    ['message_start', { type: 'message_start', message: { model: 'm', usage: { input_tokens: 1 } } }, 0],
    ['ping', { type: 'ping' }, 0],
    ['an empty text block', start({ type: 'text', text: '' }), 0],
    ['an empty thinking block', start({ type: 'thinking', thinking: '', signature: '' }), 0],
    ['a call', start({ type: 'tool_use', id: 'a', name: 'f', input: {} }), TAP.CONTENT],
    ['redacted thinking', start({ type: 'redacted_thinking', data: 'd' }), TAP.CONTENT],
    ['text', delta('text_delta', { text: 'é "q"' }), TAP.CONTENT],
    ['empty text', delta('text_delta', { text: '' }), 0],
    ['thinking', delta('thinking_delta', { thinking: 't' }), TAP.CONTENT],
    ['a signature', delta('signature_delta', { signature: 's' }), 0],
    ['arguments', delta('input_json_delta', { partial_json: '{"text":"a' }), 0],
    [
      'text that quotes markers',
      delta('text_delta', { text: '"type":"ping","type":"content_block_stop"' }),
      TAP.CONTENT,
    ],
    ['a citation', delta('citations_delta', { citation: { cited_text: 'x' } }), 0],
    ['the end of a block', { type: 'content_block_stop', index: 0 }, 0],
    [
      'usage before the end',
      { type: 'message_delta', delta: { stop_reason: null }, usage: { output_tokens: 1 } },
      0,
    ],
    [
      'the stop reason',
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
      TAP.FINISH,
    ],
    ['message_stop', { type: 'message_stop' }, TAP.TERMINAL],
    ['an error', { type: 'error', error: { type: 'overloaded_error', message: 'm' } }, TAP.ERROR],
    ['something new', { type: 'news' }, 0],
  ])('judges %s', (_name, value, bits) => {
    expect(feed(createMessagesTap(), write(value))).toEqual([bits]);
  });

  it('reads usage, stop, model and error', () => {
    const tap = createMessagesTap();
    const message = { model: 'm', usage: { input_tokens: 5, cache_read_input_tokens: 6, output_tokens: 1 } };
    feed(tap, write({ type: 'message_start', message }));
    feed(
      tap,
      write({ type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 9 } }),
    );
    feed(tap, write({ type: 'error', error: { type: 'api_error', message: 'x' } }));
    expect(tap.usage).toMatchObject({ input: 5, cacheRead: 6, output: 9 });
    expect([tap.model, tap.stop, tap.error]).toEqual(['m', 'length', { type: 'api_error', message: 'x' }]);
  });
});

describe('createMessagesTap', () => {
  it('takes message_stop for the end where no reason came', () => {
    const tap = createMessagesTap();
    feed(tap, 'event: message_stop\ndata: {"type":"message_stop"}\n\n');
    expect(tap.stop).toBe('end');
  });

  it('survives what is no event of the dialect', () => {
    expect(feed(createMessagesTap(), ': hi\n\ndata: {"type":"content_block_del\n\ndata: [1]\n\n')).toEqual([
      0, 0, 0,
    ]);
  });

  it('measures any stream as its decoder does', () => {
    fc.assert(
      fc.property(someStream, (events) => {
        const encoder = createMessagesStreamEncoder(VIEW);
        const wire = events.flatMap((event) => encoder.push(event)).join('');
        const tap = createMessagesTap();
        const bits = feed(tap, wire).reduce((all, one) => all | one, 0);
        const decoder = createMessagesStreamDecoder({ capabilities: {} });
        const meter = createMeter();
        for (const event of createSseParser().push(Buffer.from(wire)))
          decoder.push(event).forEach((e) => meter.push(e));
        expect([tap.usage, tap.stop, tap.model]).toEqual([meter.usage, meter.stop, meter.model]);
        expect((bits & TAP.CONTENT) !== 0).toBe(meter.content);
        expect(tap.textBytes).toBeGreaterThanOrEqual(meter.textBytes);
        expect(tap.textBytes).toBeLessThanOrEqual(6 * meter.textBytes);
      }),
    );
  });
});
