import type { JsonObject } from '@turnpike/kernel';
import { createMeter, createSseParser, SseSplitter, type StopReason } from '@turnpike/protocol';
import { someStream } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { TAP, type StreamTap } from '../../dialect';
import { createChatStreamDecoder, createChatStreamEncoder } from '../stream';
import { createChatTap } from './chat-tap';

const VIEW = { id: '1', model: 'up', createdAt: 5, inputEstimate: 1 };
const chunk = (delta: JsonObject, rest: JsonObject = {}, finish: string | null = null): JsonObject => ({
  id: 'chatcmpl-1',
  model: 'm',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  ...rest,
});
const usage = { prompt_tokens: 1, completion_tokens: 2 };

const STYLES: [string, (value: unknown) => string][] = [
  ['compact', (value) => `data: ${JSON.stringify(value)}\n\n`],
  [
    'spaced',
    (value) => `data: ${JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ').replace(/":/g, '" :')}\r\n\r\n`,
  ],
  ['pretty', (value) => `${JSON.stringify(value, null, 2).replace(/^/gm, 'data:')}\n\n`],
];

function feed(tap: StreamTap, wire: string): number[] {
  const verdicts: number[] = [];
  new SseSplitter().push(Buffer.from(wire), (bytes, start, end) =>
    verdicts.push(tap.inspect(bytes, start, end)),
  );
  return verdicts;
}

describe.each(STYLES)('createChatTap on %s events', (_, write) => {
  const after = (value: unknown): [number, StreamTap] => {
    const tap = createChatTap();
    feed(tap, write(chunk({ role: 'assistant', content: '' })));
    return [feed(tap, write(value))[0] ?? -1, tap];
  };

  it.each<[string, JsonObject, number]>([
    ['a role', chunk({ role: 'assistant', content: '' }), 0],
    ['nothing', chunk({}), 0],
    ['text', chunk({ content: 'é "q"' }), TAP.CONTENT],
    ['white space', chunk({ content: ' ' }), TAP.CONTENT],
    ['text with a null usage', chunk({ content: 'a' }, { usage: null, error: null }), TAP.CONTENT],
    ['reasoning_content', chunk({ content: '', reasoning_content: 'r' }), TAP.CONTENT],
    ['reasoning', chunk({ content: null, reasoning: 'r' }), TAP.CONTENT],
    ['a refusal', chunk({ refusal: 'no' }), TAP.CONTENT],
    ['a list of parts', chunk({ content: [{ type: 'text', text: 'a' }] }), TAP.CONTENT],
    ['an image', chunk({ images: [{ image_url: { url: 'data:image/png;base64,eA==' } }] }), TAP.CONTENT],
    [
      'a call with its name',
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '' } }] }),
      TAP.CONTENT,
    ],
    ['arguments', chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a' } }] }), 0],
    [
      'text and arguments',
      chunk({ content: 'a', tool_calls: [{ index: 0, function: { arguments: 'b' } }] }),
      TAP.CONTENT,
    ],
    ['text that quotes markers', chunk({ content: '"finish_reason":"stop","usage":{}' }), TAP.CONTENT],
    ['a finish', chunk({}, {}, 'stop'), TAP.FINISH],
    ['an empty finish reason', chunk({ content: 'a' }, {}, ''), TAP.CONTENT],
    ['text and a finish', chunk({ content: 'a' }, { usage }, 'length'), TAP.CONTENT | TAP.FINISH],
    ['usage alone', { choices: [], usage }, TAP.USAGE_ONLY],
    ['usage beside a choice', chunk({}, { usage }), 0],
    ['no choices and no usage', { choices: [], prompt_filter_results: [] }, 0],
    ['an error', { error: { message: 'm' } }, TAP.ERROR],
    ['an error finish', chunk({}, {}, 'error'), TAP.FINISH | TAP.ERROR],
    ['an error in a choice', { choices: [{ index: 0, delta: {}, error: { message: 'm' } }] }, TAP.ERROR],
  ])('judges %s', (_name, value, bits) => {
    expect(after(value)[0]).toBe(bits);
  });

  it('reads usage, stop, model and error', () => {
    const [, tap] = after(chunk({}, { usage, x: 1 }, 'stop'));
    feed(tap, write({ error: { message: 'm', code: 3 } }));
    expect([tap.model, tap.stop, tap.usage?.output, tap.error]).toEqual([
      'm',
      'end' satisfies StopReason,
      2,
      { message: 'm', code: '3' },
    ]);
  });

  it('takes stop with a call as a call for tools', () => {
    const [, tap] = after(
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] }),
    );
    feed(tap, write(chunk({}, {}, 'stop')));
    expect(tap.stop).toBe('tool');
  });
});

describe('createChatTap', () => {
  it.each<[string, number]>([
    ['data: [DONE]\n\n', TAP.TERMINAL],
    ['data:[DONE]\r\n\r\n', TAP.TERMINAL],
    [': keep-alive\n\n', 0],
    ['data: {"choices":[{"del\n\n', 0],
    ['\n\n', 0],
  ])('judges %j', (wire, bits) => {
    expect(feed(createChatTap(), wire)).toEqual([bits]);
  });

  it('measures any stream as its decoder does', () => {
    fc.assert(
      fc.property(someStream, fc.boolean(), (events, includeUsage) => {
        const encoder = createChatStreamEncoder({ ...VIEW, includeUsage });
        const wire = events.flatMap((event) => encoder.push(event)).join('');
        const tap = createChatTap();
        const bits = feed(tap, wire).reduce((all, one) => all | one, 0);
        const decoder = createChatStreamDecoder({ capabilities: {} });
        const meter = createMeter();
        for (const event of createSseParser().push(Buffer.from(wire)))
          decoder.push(event).forEach((e) => meter.push(e));
        expect([tap.usage, tap.stop, tap.model]).toEqual([meter.usage, meter.stop, meter.model]);
        expect((bits & TAP.CONTENT) !== 0).toBe(meter.content);
        expect((bits & TAP.USAGE_ONLY) !== 0).toBe(includeUsage);
        expect(tap.textBytes).toBeGreaterThanOrEqual(meter.textBytes);
        expect(tap.textBytes).toBeLessThanOrEqual(6 * meter.textBytes);
      }),
    );
  });

  it('sees what differs from the events before it', () => {
    const tap = createChatTap();
    const events = [
      chunk({ role: 'assistant', content: '' }),
      ...['one', 'two', 'say \\"x"', 'four'].map((content) => chunk({ content })),
      chunk({ content: 'five' }, { usage }),
      chunk({ reasoning: 'six' }),
      chunk({ content: 'seven' }, {}, 'stop'),
    ];
    const verdicts = feed(tap, events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
    const plain = TAP.CONTENT;
    expect(verdicts).toEqual([0, plain, plain, plain, plain, plain, plain, plain | TAP.FINISH]);
    expect(tap).toMatchObject({ stop: 'end', textBytes: 3 + 3 + 11 + 4 + 4 + 3 + 5 });
    expect(tap.usage).toMatchObject({ input: 1, output: 2 });
  });
});
