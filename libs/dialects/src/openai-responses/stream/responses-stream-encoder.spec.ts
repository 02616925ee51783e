import { isObject, type JsonObject } from '@turnpike/kernel';
import {
  createSseParser,
  unfoldResponse,
  unwrapSignature,
  type ChatResponse,
  type Part,
  type StreamEvent,
} from '@turnpike/protocol';
import type { AnswerView } from '../../dialect';
import { readResponsesStream } from '../fixtures/read-responses-stream';
import { createResponsesStreamEncoder } from './responses-stream-encoder';

const VIEW: AnswerView = { id: '1', model: 'alias', createdAt: 5, includeUsage: true, inputEstimate: 12 };

function write(events: readonly StreamEvent[]): JsonObject[] {
  const encoder = createResponsesStreamEncoder(VIEW);
  const parser = createSseParser();
  const text = [...events.flatMap((event) => encoder.push(event)), ...encoder.end('complete')].join('');
  const wire = [...parser.push(Buffer.from(text)), ...parser.end()];
  expect(readResponsesStream(wire).problems).toEqual([]);
  return wire.map((event) => JSON.parse(event.data) as JsonObject);
}

const answer = (stop: ChatResponse['stop'], ...parts: Part[]): StreamEvent[] =>
  unfoldResponse({ parts, stop });
const typesOf = (events: readonly JsonObject[]): unknown[] =>
  events.map((event) => String(event.type as string).replace('response.', ''));
const text = (words: string): Part => ({ kind: 'text', text: words });
const call: Part = { kind: 'call', id: 'c1', name: 'f', args: '{"a":1}', tool: 'function' };
const responseOf = (event: JsonObject | undefined): JsonObject =>
  isObject(event?.response) ? event.response : {};
const outputOf = (events: readonly JsonObject[]): JsonObject[] =>
  responseOf(events.at(-1)).output as JsonObject[];

describe('createResponsesStreamEncoder', () => {
  it('writes the whole life of a message', () => {
    const events = write([
      ...answer('end', text('hi')).slice(0, -1),
      { kind: 'usage', usage: { input: 2, cacheRead: 3, output: 4, reasoning: 1 } },
      { kind: 'finish', stop: 'end' },
    ]);
    expect(typesOf(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(events[4]).toEqual({
      type: 'response.output_text.delta',
      sequence_number: 4,
      item_id: 'msg_10000',
      output_index: 0,
      content_index: 0,
      delta: 'hi',
      logprobs: [],
    });
    expect(responseOf(events.at(-1))).toMatchObject({
      id: 'resp_1',
      object: 'response',
      created_at: 5,
      model: 'alias',
      status: 'completed',
      error: null,
      output: [
        {
          id: 'msg_10000',
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'hi', annotations: [], logprobs: [] }],
        },
      ],
      usage: {
        input_tokens: 5,
        input_tokens_details: { cached_tokens: 3, cache_write_tokens: 0 },
        output_tokens: 4,
        output_tokens_details: { reasoning_tokens: 1 },
        total_tokens: 9,
      },
    });
  });

  it('begins a new message behind every call, and none for what says nothing', () => {
    const empty: Part = { kind: 'text', text: '' };
    const events = write(answer('end', empty, text('a'), text('b'), call, text('c')));
    expect(
      outputOf(events).map((item) => [item.type, Array.isArray(item.content) ? item.content.length : 0]),
    ).toEqual([
      ['message', 2],
      ['function_call', 0],
      ['message', 1],
    ]);
  });

  it('lets two calls interleave', () => {
    const start = (block: number, id: string): StreamEvent => ({
      kind: 'block-start',
      block,
      content: { kind: 'call', id, name: 'f', tool: 'function' },
    });
    const args = (block: number, words: string): StreamEvent => ({
      kind: 'block-delta',
      block,
      delta: { kind: 'arguments', text: words },
    });
    const events = write([
      { kind: 'start' },
      start(0, 'a'),
      start(1, 'b'),
      args(0, '{"x"'),
      args(1, '{"y":2}'),
      args(0, ':1}'),
      { kind: 'block-end', block: 1 },
      { kind: 'block-end', block: 0 },
      { kind: 'finish', stop: 'tool' },
    ]);
    expect(outputOf(events)).toMatchObject([
      { call_id: 'a', arguments: '{"x":1}' },
      { call_id: 'b', arguments: '{"y":2}' },
    ]);
  });

  it('gives a call without arguments an empty object, and every call an id of its own', () => {
    const bare: Part = { ...call, args: '' };
    const items = outputOf(write(answer('tool', bare, bare)));
    expect(items.map((item) => item.arguments)).toEqual(['{}', '{}']);
    expect(new Set(items.flatMap((item) => [item.id, item.call_id])).size).toBe(4);
  });

  it('writes free-text calls with their namespace', () => {
    const events = write(
      answer('tool', {
        kind: 'call',
        id: 'c',
        name: 'patch',
        args: '*** x',
        tool: 'custom',
        namespace: 'ns',
      }),
    );
    expect(typesOf(events).slice(2, -1)).toEqual([
      'output_item.added',
      'custom_tool_call_input.delta',
      'custom_tool_call_input.done',
      'output_item.done',
    ]);
    expect(outputOf(events)).toEqual([
      {
        id: 'ctc_10000',
        type: 'custom_tool_call',
        status: 'completed',
        call_id: 'c',
        name: 'patch',
        namespace: 'ns',
        input: '*** x',
      },
    ]);
  });

  it.each<[string, Part, string, string]>([
    ['its own', { kind: 'reasoning', text: 't', signature: { vendor: 'openai', value: 's' } }, 'openai', 's'],
    [
      "another vendor's",
      { kind: 'reasoning', text: 't', signature: { vendor: 'anthropic', value: 's' } },
      'anthropic',
      's',
    ],
    ['a bare proof', { kind: 'reasoning', signature: { vendor: 'google', value: 's' } }, 'google', 's'],
    ['redacted thinking', { kind: 'reasoning', redacted: 'd' }, 'anthropic', 'd'],
  ])('writes reasoning that can come back (%s)', (_, part, vendor, value) => {
    const [item] = outputOf(write(answer('end', part, text('a'))));
    const encrypted = String(item?.encrypted_content);
    const { vendor: from, value: proof } = unwrapSignature(encrypted) ?? {
      vendor: 'openai',
      value: encrypted,
    };
    expect([item?.type, from, proof]).toEqual(['reasoning', vendor, value]);
  });

  it('writes images, and web citations of both kinds', () => {
    const citations = [
      { type: 'url_citation', url_citation: { url: 'u', title: 't', start_index: 1, end_index: 2 } },
      { type: 'web_search_result_location', url: 'v', title: 'w' },
      { type: 'char_location' },
    ];
    const image: Part = { kind: 'image', source: { kind: 'base64', mimeType: 'image/png', data: 'AAAA' } };
    const [message, drawn] = outputOf(write(answer('end', { kind: 'text', text: 'abc', citations }, image)));
    expect((message?.content as JsonObject[])[0]?.annotations).toEqual([
      { type: 'url_citation', url: 'u', title: 't', start_index: 1, end_index: 2 },
      { type: 'url_citation', url: 'v', title: 'w', start_index: 0, end_index: 3 },
    ]);
    expect(drawn).toMatchObject({ type: 'image_generation_call', status: 'completed', result: 'AAAA' });
  });

  it.each<[ChatResponse['stop'], Part, string, string | undefined, string]>([
    ['length', text('a'), 'incomplete', 'max_output_tokens', 'incomplete'],
    ['context_full', text('a'), 'incomplete', 'max_output_tokens', 'incomplete'],
    ['length', { ...call, args: '{"a' }, 'incomplete', 'max_output_tokens', 'incomplete'],
    ['filtered', text('a'), 'incomplete', 'content_filter', 'incomplete'],
    ['refusal', text('a'), 'incomplete', 'content_filter', 'incomplete'],
    ['refusal', { kind: 'refusal', text: 'no' }, 'completed', undefined, 'completed'],
    ['pause', text('a'), 'completed', undefined, 'completed'],
    ['stop_sequence', text('a'), 'completed', undefined, 'completed'],
  ])('ends at %s', (stop, part, status, reason, itemStatus) => {
    const events = write(answer(stop, part));
    const response = responseOf(events.at(-1));
    expect([response.status, (response.incomplete_details as JsonObject | null)?.reason]).toEqual([
      status,
      reason,
    ]);
    expect([events.at(-1)?.type, outputOf(events)[0]?.status]).toEqual([`response.${status}`, itemStatus]);
  });

  it.each<[string, StreamEvent, JsonObject]>([
    ['an error', { kind: 'error', error: { message: 'm', code: 'c' } }, { code: 'c', message: 'm' }],
    [
      'a cut',
      { kind: 'interrupted', reason: 'cut' },
      { code: 'upstream_error', message: 'The provider ended the stream before the answer was complete.' },
    ],
  ])('fails at %s and closes nothing', (_, last, error) => {
    const events = write([...answer('end', text('half')).slice(0, 3), last]);
    expect(typesOf(events).slice(-2)).toEqual(['output_text.delta', 'failed']);
    expect(responseOf(events.at(-1))).toMatchObject({ id: 'resp_1', status: 'failed', error, output: [] });
  });
});
