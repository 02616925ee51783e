import type { JsonObject } from '@turnpike/kernel';
import { createMeter, createSseParser, SseSplitter, unfoldResponse } from '@turnpike/protocol';
import { someStream } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { TAP, type TapOptions } from '../../dialect';
import { createResponsesStreamDecoder, createResponsesStreamEncoder } from '../stream';
import { createResponsesTap } from './responses-tap';

const VIEW = { id: '1', model: 'alias', createdAt: 5, includeUsage: true, inputEstimate: 12 };

function inspect(
  wire: string,
  options?: TapOptions,
): { tap: ReturnType<typeof createResponsesTap>; bits: number[] } {
  const tap = createResponsesTap(options);
  const bits: number[] = [];
  const splitter = new SseSplitter();
  splitter.push(Buffer.from(wire), (bytes, start, end) => bits.push(tap.inspect(bytes, start, end)));
  return { tap, bits };
}

const event = (type: string, more: JsonObject = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: 1, ...more })}\n\n`;
const item = (more: JsonObject): JsonObject => ({ output_index: 0, item: { id: 'x', ...more } });
const message = (text: string): JsonObject => ({ type: 'message', content: [{ type: 'output_text', text }] });
const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":1}' };
const ended = (more: JsonObject): string =>
  event('response.completed', { response: { status: 'completed', ...more } });
const END = TAP.FINISH | TAP.TERMINAL;

describe('createResponsesTap', () => {
  it.each<[string, string, number]>([
    ['a text delta', event('response.output_text.delta', { delta: 'a' }), TAP.CONTENT],
    ['a delta that is empty', event('response.output_text.delta', { delta: '' }), 0],
    ['a refusal delta', event('response.refusal.delta', { delta: 'a' }), TAP.CONTENT],
    ['a reasoning delta', event('response.reasoning_summary_text.delta', { delta: 'a' }), TAP.CONTENT],
    ['raw reasoning', event('response.reasoning_text.delta', { delta: 'a' }), TAP.CONTENT],
    ['arguments', event('response.function_call_arguments.delta', { delta: '{' }), 0],
    ['a call that begins', event('response.output_item.added', item(call)), TAP.CONTENT],
    ['a message that begins', event('response.output_item.added', item(message(''))), 0],
    ['an item without deltas', event('response.output_item.done', item(message('a'))), TAP.CONTENT],
    [
      'a drawn image',
      event('response.output_item.done', item({ type: 'image_generation_call', result: 'AAAA' })),
      TAP.CONTENT,
    ],
    ['the beginning', event('response.created', { response: { model: 'm' } }), 0],
    ['an end that has all', ended({ output: [message('a')] }), END | TAP.CONTENT],
    ['an end', ended({ output: [] }), END],
    ['an end that failed', ended({ status: 'failed', error: { message: 'm' } }), END | TAP.ERROR],
    ['an error event', event('error', { code: 'c', message: 'm' }), TAP.ERROR],
    ['a failure', event('response.failed', { response: { error: { message: 'm' } } }), TAP.ERROR],
    ['an error without a type', 'data: {"error":{"message":"m"}}\n\n', TAP.ERROR],
    [
      'an event without its line',
      'data: {"type": "response.output_text.delta", "delta": "a"}\n\n',
      TAP.CONTENT,
    ],
    [
      'members in another order',
      `data: ${JSON.stringify({ item: { ...call, id: 'x' }, type: 'response.output_item.added' })}\n\n`,
      TAP.CONTENT,
    ],
    ['a comment', ': waiting\n\n', 0],
    ['events of others', event('codex.rate_limits', { error: null }), 0],
  ])('judges %s', (_, wire, bits) => {
    expect(inspect(wire).bits).toEqual([bits]);
  });

  it('reads model, usage, stop and the length of what was said', () => {
    const { tap } = inspect(
      event('response.created', { response: { model: 'm' } }) +
        event('response.output_text.delta', { delta: 'é"' }) +
        event('response.output_text.done', { text: 'é"' }) +
        event('response.output_item.done', item(message('é"'))) +
        event('response.output_item.added', item(call)) +
        event('response.output_item.done', item(call)) +
        ended({
          output: [],
          usage: { input_tokens: 9, input_tokens_details: { cached_tokens: 4 }, output_tokens: 2 },
        }),
    );
    expect(tap).toMatchObject({
      model: 'm',
      stop: 'tool',
      textBytes: 4 + 7,
      usage: { input: 5, cacheRead: 4, output: 2 },
    });
  });

  it.each<[string, string, JsonObject[]]>([
    ['of the end', ended({ id: 'resp_1', output: [message('b')] }), [message('b')]],
    ['that came one by one', ended({ id: 'resp_1', output: [] }), [message('a'), call]],
  ])('keeps the items %s when it is told to', (_, end, output) => {
    const wire =
      event('response.output_text.delta', { delta: 'a' }) +
      event('response.output_item.done', { output_index: 1, item: call }) +
      event('response.output_item.done', { output_index: 0, item: message('a') }) +
      end;
    expect(inspect(wire, { keepsResponse: true }).tap.response).toMatchObject({ id: 'resp_1', output });
    expect(inspect(wire).tap.response).toBeUndefined();
    expect(inspect(wire, { keepsResponse: true }).tap.textBytes).toBe(inspect(wire).tap.textBytes);
  });

  it('keeps nothing of an answer that failed', () => {
    const failed = ended({ status: 'failed', error: { message: 'm' } });
    expect(inspect(failed, { keepsResponse: true }).tap.response).toBeUndefined();
  });

  it('tells the first of two errors', () => {
    const { tap } = inspect(
      event('error', { error: { message: 'first' } }) +
        event('response.failed', { response: { error: { message: 'second' } } }),
    );
    expect(tap.error).toEqual({ message: 'first' });
  });

  it('agrees with the decoder on every stream', () => {
    fc.assert(
      fc.property(someStream, (events) => {
        const encoder = createResponsesStreamEncoder(VIEW);
        const wire = events.flatMap((one) => encoder.push(one)).join('');
        const { tap, bits } = inspect(wire);
        const meter = createMeter();
        const decoder = createResponsesStreamDecoder({ capabilities: {} });
        const parser = createSseParser();
        for (const one of [...parser.push(Buffer.from(wire)), ...parser.end()])
          for (const canonical of decoder.push(one)) meter.push(canonical);
        expect([tap.usage, tap.stop]).toEqual([meter.usage, meter.stop]);
        expect(bits.some((bit) => (bit & TAP.CONTENT) !== 0)).toBe(meter.content);
        expect(tap.textBytes).toBeGreaterThanOrEqual(meter.textBytes);
      }),
    );
  });

  it('counts calls whose end has no output', () => {
    const encoder = createResponsesStreamEncoder(VIEW);
    const answer = {
      parts: [{ kind: 'call' as const, id: 'c', name: 'f', args: '{}', tool: 'function' as const }],
      stop: 'tool' as const,
    };
    expect(
      inspect(
        unfoldResponse(answer)
          .flatMap((one) => encoder.push(one))
          .join(''),
      ).tap.stop,
    ).toBe('tool');
  });
});
