import type { JsonObject } from '@turnpike/kernel';
import {
  createSseParser,
  unfoldResponse,
  unwrapSignature,
  wrapSignature,
  type ChatResponse,
  type Part,
  type SseEvent,
  type StreamEvent,
} from '@turnpike/protocol';
import { readChatStream } from '../../answer/fixtures/read-chat-stream';
import type { AnswerView } from '../../dialect';
import { createChatStreamEncoder } from './chat-stream-encoder';

/** Marks details in a vendor's own form that we wrote. */
const WRITTEN_HERE = wrapSignature({ vendor: 'none', kind: 'unsigned', value: '' });
const VIEW: AnswerView = { id: '1', model: 'alias', createdAt: 5, includeUsage: true, inputEstimate: 12 };

function write(events: readonly StreamEvent[], view = VIEW): SseEvent[] {
  const encoder = createChatStreamEncoder(view);
  const text = [...events.flatMap((event) => encoder.push(event)), ...encoder.end('complete')].join('');
  const parser = createSseParser();
  return [...parser.push(Buffer.from(text)), ...parser.end()];
}

const answer = (stop: ChatResponse['stop'], ...parts: Part[]): StreamEvent[] =>
  unfoldResponse({ parts, stop });

interface Chunk {
  readonly choices: { readonly delta: JsonObject }[];
}

/** Deltas between the role and the finish. */
const deltas = (events: readonly SseEvent[]): JsonObject[] =>
  events
    .filter((event) => event.data !== '[DONE]')
    .flatMap((event) => (JSON.parse(event.data) as Chunk).choices.map((choice) => choice.delta))
    .slice(1, -1);

const call: Part = { kind: 'call', id: 'toolu_1', name: 'f', args: '{"a":1}', tool: 'function' };

describe('createChatStreamEncoder', () => {
  it('writes role, content, finish, usage and [DONE] in chunks that are alike', () => {
    const events = write([
      ...answer('end', { kind: 'text', text: 'hi' }).slice(0, -1),
      { kind: 'usage', usage: { input: 2, cacheRead: 3, output: 4 } },
      { kind: 'finish', stop: 'end' },
    ]);
    const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 5, model: 'alias' };
    const choice = (delta: object, finish_reason: string | null): object => ({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      usage: null,
    });
    expect(events.slice(0, -1).map((event) => JSON.parse(event.data) as unknown)).toEqual([
      choice({ role: 'assistant', content: '' }, null),
      choice({ content: 'hi' }, null),
      choice({}, 'stop'),
      {
        ...head,
        choices: [],
        usage: expect.objectContaining({ prompt_tokens: 5, completion_tokens: 4, total_tokens: 9 }) as object,
      },
    ]);
    expect(events.at(-1)).toEqual({ data: '[DONE]' });
  });

  it('says nothing of usage to a client that did not ask', () => {
    const reading = readChatStream(
      write(answer('end', { kind: 'text', text: 'a' }), { ...VIEW, includeUsage: false }),
      false,
    );
    expect(reading).toMatchObject({ problems: [], usage: undefined, done: true });
  });

  it('estimates usage that was never reported', () => {
    const reading = readChatStream(write(answer('end', { kind: 'text', text: 'seven b' })));
    expect(reading.usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 2 });
  });

  it.each<[string, Part[], JsonObject[]]>([
    ['reasoning', [{ kind: 'reasoning', text: 't' }], [{ reasoning_content: 't' }]],
    [
      'a signature that comes back as it was',
      [{ kind: 'reasoning', text: 't', signature: { vendor: 'anthropic', value: 's' } }],
      [
        { reasoning_content: 't' },
        {
          reasoning_details: [
            {
              type: 'reasoning.text',
              text: 't',
              signature: 's',
              format: 'anthropic-claude-v1',
              id: WRITTEN_HERE,
              index: 0,
            },
          ],
        },
      ],
    ],
    [
      'redacted thinking',
      [{ kind: 'reasoning', redacted: 'd' }],
      [
        {
          reasoning_details: [
            {
              type: 'reasoning.encrypted',
              data: 'd',
              format: 'anthropic-claude-v1',
              id: WRITTEN_HERE,
              index: 0,
            },
          ],
        },
      ],
    ],
    ['a refusal', [{ kind: 'refusal', text: 'no' }], [{ refusal: 'no' }]],
    [
      'a call',
      [call],
      [
        {
          tool_calls: [{ index: 0, id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '' } }],
        },
        { tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] },
      ],
    ],
    [
      'a call without arguments',
      [{ ...call, args: '' }],
      [
        {
          tool_calls: [{ index: 0, id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '' } }],
        },
        { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
      ],
    ],
    [
      'a free-text call',
      [{ ...call, tool: 'custom', args: 'x' }],
      [
        { tool_calls: [{ index: 0, id: 'toolu_1', type: 'custom', custom: { name: 'f', input: '' } }] },
        { tool_calls: [{ index: 0, custom: { input: 'x' } }] },
      ],
    ],
    [
      "Google's signature of a call",
      [{ ...call, args: '{}', signature: { vendor: 'google', value: 's' } }],
      [
        {
          tool_calls: [
            {
              index: 0,
              id: 'toolu_1',
              type: 'function',
              extra_content: { google: { thought_signature: 's' }, turnpike: WRITTEN_HERE },
              function: { name: 'f', arguments: '' },
            },
          ],
        },
        { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
      ],
    ],
    [
      'an image',
      [{ kind: 'image', source: { kind: 'base64', data: 'eA==', mimeType: 'image/png' } }],
      [{ images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,eA==' }, index: 0 }] }],
    ],
    [
      'a web citation',
      [
        {
          kind: 'text',
          text: 'abc',
          citations: [
            { type: 'web_search_result_location', url: 'https://x.test/', title: 'X' },
            { type: 'char_location' },
          ],
        },
      ],
      [
        { content: 'abc' },
        {
          annotations: [
            {
              type: 'url_citation',
              url_citation: { url: 'https://x.test/', title: 'X', start_index: 0, end_index: 3 },
            },
          ],
        },
      ],
    ],
    ["another vendor's block", [{ kind: 'opaque', vendor: 'anthropic', raw: { type: 'x' } }], []],
  ])('writes %s', (_, parts, expected) => {
    expect(deltas(write(answer('end', ...parts)))).toEqual(expected);
  });

  it("wraps another vendor's signature", () => {
    const [, signed] = deltas(
      write(answer('end', { kind: 'reasoning', text: 't', signature: { vendor: 'google', value: 's' } })),
    );
    const [detail] = (signed as unknown as { reasoning_details: { signature: string }[] }).reasoning_details;
    expect(unwrapSignature(detail?.signature ?? '')).toEqual({
      vendor: 'google',
      kind: 'thinking',
      value: 's',
    });
  });

  it('counts calls from 0 and keeps their fragments apart', () => {
    const args = (block: number, text: string): StreamEvent => ({
      kind: 'block-delta',
      block,
      delta: { kind: 'arguments', text },
    });
    const open = (block: number): StreamEvent => ({
      kind: 'block-start',
      block,
      content: { kind: 'call', id: `toolu_${block}`, name: 'f', tool: 'function' },
    });
    const ends: StreamEvent[] = [
      { kind: 'block-end', block: 4 },
      { kind: 'block-end', block: 7 },
      { kind: 'finish', stop: 'tool' },
    ];
    const reading = readChatStream(
      write([
        { kind: 'start' },
        open(4),
        open(7),
        args(4, '{'),
        args(7, '[1'),
        args(4, '}'),
        args(7, ']'),
        ...ends,
      ]),
    );
    expect(reading).toMatchObject({
      problems: [],
      stop: 'tool_calls',
      calls: [{ args: '{}' }, { args: '[1]' }],
    });
  });

  it.each<[ChatResponse['stop'], string]>([
    ['end', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause', 'stop'],
    ['length', 'length'],
    ['context_full', 'length'],
    ['tool', 'tool_calls'],
    ['filtered', 'content_filter'],
    ['refusal', 'content_filter'],
  ])('writes the stop %s as %s', (stop, expected) => {
    expect(readChatStream(write([{ kind: 'start' }, { kind: 'finish', stop }])).stop).toBe(expected);
  });

  it.each<[string, StreamEvent, JsonObject]>([
    [
      'an error',
      { kind: 'error', error: { message: 'Busy.', type: 'server_error', code: 'overloaded' } },
      { message: 'Busy.', type: 'server_error', param: null, code: 'overloaded' },
    ],
    [
      'an error of another dialect',
      { kind: 'error', error: { message: 'Busy.', type: 'overloaded_error' } },
      { message: 'Busy.', type: 'server_error', param: null, code: 'upstream_error' },
    ],
    [
      'an interruption',
      { kind: 'interrupted', reason: 'idle' },
      {
        message: 'The provider ended the stream before the answer was complete.',
        type: 'server_error',
        param: null,
        code: 'upstream_error',
      },
    ],
  ])('ends at %s without [DONE]', (_, last, error) => {
    const reading = readChatStream(write([{ kind: 'start' }, last]));
    expect(reading).toMatchObject({ error, done: false, problems: [] });
  });
});
