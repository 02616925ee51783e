import { stringifyJson, type JsonObject } from '@turnpike/kernel';
import { createMeter, createSseParser, SseSplitter } from '@turnpike/protocol';
import { someAnswer, someStream } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { TAP, type AnswerReading, type StreamTap } from '../../dialect';
import { decodeGeminiResponse, encodeGeminiResponse } from '../response';
import { createGeminiStreamDecoder, createGeminiStreamEncoder } from '../stream';
import { createGeminiTap } from './gemini-tap';
import { readGeminiAnswer } from './read-gemini-answer';

const VIEW = { id: '1', model: 'up', createdAt: 5, inputEstimate: 1, includeUsage: false };
const STYLES: [string, (value: unknown) => string][] = [
  ['compact', (value) => `data: ${JSON.stringify(value)}\n\n`],
  ['spaced', (value) => `data: ${JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ')}\r\n\r\n`],
];

function feed(tap: StreamTap, wire: string): number[] {
  const verdicts: number[] = [];
  new SseSplitter().push(Buffer.from(wire), (bytes, start, end) =>
    verdicts.push(tap.inspect(bytes, start, end)),
  );
  return verdicts;
}

const chunk = (parts: JsonObject[], more: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { role: 'model', parts }, ...more, index: 0 }],
  usageMetadata: {
    promptTokenCount: 5,
    candidatesTokenCount: parts.length,
    totalTokenCount: 5 + parts.length,
  },
  modelVersion: 'm',
});

describe.each(STYLES)('createGeminiTap on %s events', (_, write) => {
  const first = write(chunk([{ text: '' }]));

  it.each<[string, unknown, number]>([
    ['text', chunk([{ text: 'é "q"' }]), TAP.CONTENT],
    ['empty text', chunk([{ text: '' }]), 0],
    ['thoughts', chunk([{ text: 't', thought: true }]), TAP.CONTENT],
    ['a call', chunk([{ functionCall: { name: 'f', args: { text: 'x' } } }]), TAP.CONTENT],
    ['a picture', chunk([{ inlineData: { mimeType: 'image/png', data: 'AA==' } }]), TAP.CONTENT],
    [
      'the last text',
      chunk([{ text: 'a' }], { finishReason: 'STOP' }),
      TAP.CONTENT | TAP.FINISH | TAP.TERMINAL,
    ],
    ['the end without a text', chunk([], { finishReason: 'MAX_TOKENS' }), TAP.FINISH | TAP.TERMINAL],
    ['a refused prompt', { promptFeedback: { blockReason: 'SAFETY' } }, TAP.FINISH | TAP.TERMINAL],
    ['no reason yet', chunk([{ text: '' }], { finishReason: 'FINISH_REASON_UNSPECIFIED' }), 0],
    ['a broken call', chunk([], { finishReason: 'MALFORMED_FUNCTION_CALL' }), TAP.ERROR],
    ['an error', { error: { code: 503, message: 'm', status: 'UNAVAILABLE' } }, TAP.ERROR],
    ['an error in a list', [{ error: { code: 503, message: 'm', status: 'UNAVAILABLE' } }], TAP.ERROR],
    [
      'snake case',
      { candidates: [{ content: { parts: [{ function_call: { name: 'f' } }] }, finish_reason: 'STOP' }] },
      TAP.CONTENT | TAP.FINISH | TAP.TERMINAL,
    ],
  ])('judges %s', (_name, value, bits) => {
    expect(feed(createGeminiTap(), first + write(value))).toEqual([0, bits]);
  });

  it('reads usage, stop, model and error', () => {
    const tap = createGeminiTap();
    feed(tap, write(chunk([{ text: 'a' }])));
    feed(tap, write(chunk([{ text: 'b' }, { text: 'c' }])));
    expect(tap.usage).toMatchObject({ input: 5, output: 2 });
    feed(tap, write(chunk([{ functionCall: { name: 'f' } }], { finishReason: 'STOP' })));
    expect([tap.model, tap.stop, tap.error, tap.usage?.output]).toEqual(['m', 'tool', undefined, 1]);
    feed(tap, write({ error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED' } }));
    expect(tap.error).toEqual({ message: 'x', type: 'RESOURCE_EXHAUSTED', code: '429' });
  });
});

describe('createGeminiTap', () => {
  it('survives what is no event of the dialect', () => {
    expect(feed(createGeminiTap(), ': hi\n\ndata: {"candidates":[\n\ndata: [1]\n\n')).toEqual([0, 0, 0]);
  });

  it('measures any stream as its decoder does', () => {
    fc.assert(
      fc.property(someStream, (events) => {
        const encoder = createGeminiStreamEncoder(VIEW);
        const wire = events.flatMap((event) => encoder.push(event)).join('');
        const tap = createGeminiTap();
        const bits = feed(tap, wire).reduce((all, one) => all | one, 0);
        const decoder = createGeminiStreamDecoder({ capabilities: {} });
        const meter = createMeter();
        for (const event of createSseParser().push(Buffer.from(wire)))
          decoder.push(event).forEach((e) => meter.push(e));
        decoder.end('complete').forEach((e) => meter.push(e));
        expect([tap.usage, tap.stop, tap.model]).toEqual([meter.usage, meter.stop, meter.model]);
        expect((bits & TAP.CONTENT) !== 0).toBe(meter.content);
        expect(tap.textBytes).toBeGreaterThanOrEqual(meter.textBytes);
        expect(tap.textBytes).toBeLessThanOrEqual(6 * meter.textBytes + 2 * events.length);
      }),
    );
  });
});

describe('readGeminiAnswer', () => {
  const read = (body: unknown): AnswerReading => readGeminiAnswer(Buffer.from(JSON.stringify(body)));
  const answer = (finishReason: string, ...parts: JsonObject[]): JsonObject => ({
    candidates: [{ content: { parts }, finishReason }],
    modelVersion: 'm',
  });

  it.each<[string, unknown, AnswerReading]>([
    ['text', answer('STOP', { text: 'é' }), { content: true, textBytes: 2, stop: 'end', model: 'm' }],
    [
      'an empty answer',
      answer('STOP', { text: '' }),
      { content: false, textBytes: 0, stop: 'end', model: 'm' },
    ],
    [
      'a call',
      answer('STOP', { functionCall: { name: 'f', args: {} } }),
      { content: true, textBytes: 2, stop: 'tool', model: 'm' },
    ],
    [
      'thoughts cut off',
      answer('MAX_TOKENS', { text: 'abc', thought: true }),
      { content: true, textBytes: 3, stop: 'length', model: 'm' },
    ],
    [
      'a refused prompt',
      { promptFeedback: { blockReason: 'OTHER' }, usageMetadata: { promptTokenCount: 3 } },
      {
        content: false,
        textBytes: 0,
        stop: 'filtered',
        usage: {
          input: 3,
          cacheRead: 0,
          cacheWrite5m: 0,
          cacheWrite1h: 0,
          cacheWriteUnknownTtl: 0,
          output: 0,
          reasoning: 0,
        },
      },
    ],
    [
      'an error',
      { error: { code: 500, message: 'm' } },
      { content: false, textBytes: 0, error: { message: 'm', code: '500' } },
    ],
    [
      'an error in a list',
      [{ error: { code: 500, message: 'm' } }],
      { content: false, textBytes: 0, error: { message: 'm', code: '500' } },
    ],
  ])('reads %s', (_, body, expected) => expect(read(body)).toEqual(expected));

  it('agrees with the decoder', () => {
    fc.assert(
      fc.property(someAnswer, (random) => {
        const body = encodeGeminiResponse(random, VIEW);
        const { usage, stop, model } = decodeGeminiResponse(body);
        expect(readGeminiAnswer(Buffer.from(stringifyJson(body)))).toMatchObject({ usage, stop, model });
      }),
    );
  });

  it('throws at what is no JSON', () => {
    expect(() => readGeminiAnswer(Buffer.from('{"candidates":['))).toThrow(SyntaxError);
  });
});
