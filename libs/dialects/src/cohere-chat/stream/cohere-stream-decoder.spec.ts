import { foldStream, type SseEvent, type StreamEvent } from '@turnpike/protocol';
import { decodeCohereResponse, readCohereAnswer } from '../response';
import { createCohereStreamDecoder } from '.';

const event = (type: string, more: object): SseEvent => ({
  event: type,
  data: JSON.stringify({ type, ...more }),
});
const message = (more: object): object => ({ delta: { message: more } });
const START = event('message-start', { id: 'c-1', ...message({ role: 'assistant' }) });
const text = (said: string): SseEvent =>
  event('content-delta', { index: 0, ...message({ content: { text: said } }) });
const end = (delta: object): SseEvent => event('message-end', { delta });
const END = end({ finish_reason: 'COMPLETE' });

function decode(events: readonly SseEvent[]): StreamEvent[] {
  const decoder = createCohereStreamDecoder();
  return [...events.flatMap((each) => decoder.push(each)), ...decoder.end('complete')];
}

const page = { type: 'document', id: 'd:0', document: { url: 'https://x.test/a', title: 'A' } };
const citation = (more: object = {}): object => ({
  start: 0,
  end: 4,
  text: 'said',
  sources: [page],
  ...more,
});
const annotation = {
  type: 'url_citation',
  url_citation: { url: 'https://x.test/a', title: 'A', start_index: 0, end_index: 4 },
};

it('reads a plan, its calls and what they cost', () => {
  const call = (type: string, tool_calls: object): SseEvent =>
    event(type, { index: 0, ...message({ tool_calls }) });
  const events = [
    START,
    event('tool-plan-delta', message({ tool_plan: 'I ' })),
    event('tool-plan-delta', message({ tool_plan: 'look.' })),
    call('tool-call-start', { id: 'f_1', type: 'function', function: { name: 'f', arguments: '' } }),
    call('tool-call-delta', { function: { arguments: '{"a":' } }),
    call('tool-call-delta', { function: { arguments: '1}' } }),
    event('tool-call-end', { index: 0 }),
    call('tool-call-start', { id: 'g_1', type: 'function', function: { name: 'g', arguments: '' } }),
    call('tool-call-delta', { function: { arguments: 'null' } }),
    event('tool-call-end', { index: 1 }),
    end({ finish_reason: 'TOOL_CALL', usage: { tokens: { input_tokens: 9, output_tokens: 2 } } }),
  ];
  expect(foldStream(decode(events))).toEqual({
    id: 'c-1',
    parts: [
      { kind: 'reasoning', text: 'I look.' },
      { kind: 'call', id: 'f_1', name: 'f', tool: 'function', args: '{"a":1}' },
      { kind: 'call', id: 'g_1', name: 'g', tool: 'function', args: '{}' },
    ],
    stop: 'tool',
    usage: expect.objectContaining({ input: 9, output: 2 }) as unknown,
  });
});

it('reads thinking, then text with its citations, whenever they come', () => {
  const events = [
    START,
    event('content-start', { index: 0, ...message({ content: { type: 'thinking', thinking: '' } }) }),
    event('content-delta', { index: 0, ...message({ content: { thinking: 'hm' } }) }),
    event('content-end', { index: 0 }),
    event('content-start', { index: 1, ...message({ content: { type: 'text', text: '' } }) }),
    text('said'),
    event('citation-start', { index: 0, ...message({ citations: citation() }) }),
    event('citation-end', { index: 0 }),
    event('content-end', { index: 1 }),
    event('citation-start', {
      index: 1,
      ...message({ citations: citation({ sources: [{ type: 'tool', id: 'x', tool_output: { n: 1 } }] }) }),
    }),
    event('debug', { prompt: 'x' }),
    { data: '[DONE]' },
    END,
  ];
  expect(foldStream(decode(events)).parts).toEqual([
    { kind: 'reasoning', text: 'hm' },
    { kind: 'text', text: 'said', citations: [annotation] },
  ]);
});

describe('the end', () => {
  it.each<[string, object]>([
    ['COMPLETE', { kind: 'finish', stop: 'end' }],
    ['STOP_SEQUENCE', { kind: 'finish', stop: 'stop_sequence' }],
    ['MAX_TOKENS', { kind: 'finish', stop: 'length' }],
    ['TOOL_CALL', { kind: 'finish', stop: 'end' }],
    ['ERROR_TOXIC', { kind: 'finish', stop: 'filtered' }],
    ['BRAND_NEW', { kind: 'finish', stop: 'end' }],
    ['ERROR', { kind: 'error', error: { code: 'ERROR' } }],
    ['TIMEOUT', { kind: 'error', error: { code: 'TIMEOUT' } }],
  ])('%s', (finish_reason, expected) => {
    expect(decode([START, end({ finish_reason })]).at(-1)).toMatchObject(expected);
  });

  it.each<[string, object, object]>([
    [
      'what was read and written, before what is billed',
      {
        billed_units: { input_tokens: 3, output_tokens: 5 },
        tokens: { input_tokens: 71, output_tokens: 6 },
        cached_tokens: 64,
      },
      { input: 7, cacheRead: 64, output: 6 },
    ],
    [
      'what is billed, where nothing else is told',
      { billed_units: { input_tokens: 3, output_tokens: 5 } },
      { input: 3, cacheRead: 0, output: 5 },
    ],
  ])('counts %s', (_, usage, expected) => {
    const events = [START, text('a'), end({ finish_reason: 'COMPLETE', usage })];
    expect(foldStream(decode(events)).usage).toMatchObject(expected);
  });

  it('is none without its event', () => {
    expect(decode([START, text('a')]).at(-1)).toEqual({ kind: 'interrupted', reason: 'complete' });
  });
});

describe('errors', () => {
  it.each<[string, SseEvent, object]>([
    ['a sentence', { data: '{"message":"Slow down."}' }, { message: 'Slow down.' }],
    [
      'a named event',
      { event: 'error', data: '{"message":"Broke.","status":500}' },
      { message: 'Broke.', type: '500' },
    ],
    ['an error at the end', end({ finish_reason: 'ERROR', error: 'It broke.' }), { message: 'It broke.' }],
    ['no JSON', { data: '{"type":"content-' }, { code: 'malformed_event' }],
    [
      'a call without a name',
      event('tool-call-start', message({ tool_calls: { id: 'x' } })),
      { code: 'malformed_event' },
    ],
  ])('in a stream: %s', (_, odd, error) => {
    expect(decode([START, text('a'), odd, END]).at(-1)).toMatchObject({ kind: 'error', error });
  });

  it.each<[string, object, object]>([
    ['a sentence', { id: 'x', message: 'model not found' }, { message: 'model not found' }],
    [
      'an answer that ended in one',
      { message: { content: [] }, finish_reason: 'TIMEOUT' },
      { code: 'TIMEOUT' },
    ],
    ['nothing at all', {}, { type: 'api_error' }],
  ])('inside a 200: %s', (_, body, error) => {
    expect(readCohereAnswer(Buffer.from(JSON.stringify(body))).error).toMatchObject(error);
  });
});

it('reads whole answers', () => {
  const { parts, usage } = decodeCohereResponse({
    id: 'c-1',
    finish_reason: 'COMPLETE',
    message: {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'said' },
      ],
      citations: [
        citation({ type: 'TEXT_CONTENT' }),
        citation({ type: 'PLAN' }),
        citation({ sources: [{ type: 'document', document: { url: 'file:///etc', title: 'B' } }] }),
      ] as never,
    },
    usage: { billed_units: { input_tokens: 30, output_tokens: 5 }, cached_tokens: 12 },
  });
  expect(parts).toEqual([
    { kind: 'reasoning', text: 'hm' },
    { kind: 'text', text: 'said', citations: [annotation] },
  ]);
  expect(usage).toMatchObject({ input: 18, cacheRead: 12, output: 5 });
});
