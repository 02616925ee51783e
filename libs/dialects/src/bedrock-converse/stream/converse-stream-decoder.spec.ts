import { foldStream, type EndReason, type SseEvent, type StreamEvent } from '@turnpike/protocol';
import { decodeConverseResponse, readConverseAnswer } from '../response';
import { createConverseStreamDecoder } from '.';

const event = (name: string, payload: object): SseEvent => ({ event: name, data: JSON.stringify(payload) });
const START = event('messageStart', { role: 'assistant' });
const text = (said: string, contentBlockIndex = 0): SseEvent =>
  event('contentBlockDelta', { contentBlockIndex, delta: { text: said } });
const stop = (stopReason: string, more: object = {}): SseEvent =>
  event('messageStop', { stopReason, ...more });
const METADATA = event('metadata', { usage: { inputTokens: 3, outputTokens: 5, totalTokens: 8 } });

function decode(events: readonly SseEvent[], end: EndReason = 'complete'): StreamEvent[] {
  const decoder = createConverseStreamDecoder({ capabilities: {} });
  return [...events.flatMap((each) => decoder.push(each)), ...decoder.end(end)];
}
const kinds = (events: readonly StreamEvent[]): string[] => events.map((each) => each.kind);

describe('the end', () => {
  it('waits for the usage behind it', () => {
    const decoder = createConverseStreamDecoder({ capabilities: {} });
    const before = [START, text('hi'), stop('end_turn')].flatMap((each) => decoder.push(each));
    expect(kinds(before)).toEqual(['start', 'block-start', 'block-delta', 'block-end']);
    expect(decoder.push(METADATA)).toMatchObject([
      { kind: 'usage', usage: { input: 3, output: 5 } },
      { kind: 'finish', stop: 'end' },
    ]);
    expect(decoder.push(text('late'))).toEqual([]);
    expect(decoder.end('complete')).toEqual([]);
  });

  it.each<[EndReason]>([['complete'], ['cut'], ['idle']])(
    'is told without usage when the body ends (%s)',
    (reason) => {
      expect(decode([START, text('hi'), stop('end_turn')], reason).at(-1)).toEqual({
        kind: 'finish',
        stop: 'end',
      });
    },
  );

  it('is none where nobody said so', () => {
    expect(decode([START, text('hi')]).at(-1)).toEqual({ kind: 'interrupted', reason: 'complete' });
    expect(decode([])).toEqual([{ kind: 'start' }, { kind: 'interrupted', reason: 'complete' }]);
  });

  it.each<[string, object, object]>([
    ['max_tokens', {}, { stop: 'length' }],
    ['model_context_window_exceeded', {}, { stop: 'context_full' }],
    ['guardrail_intervened', {}, { stop: 'filtered' }],
    ['content_filtered', {}, { stop: 'filtered' }],
    ['tool_use', {}, { stop: 'end' }],
    ['brand_new', {}, { stop: 'end' }],
    [
      'stop_sequence',
      { additionalModelResponseFields: { stop_sequence: 'END' } },
      { stop: 'stop_sequence', stopSequence: 'END' },
    ],
  ])('%s', (reason, more, expected) => {
    expect(decode([START, stop(reason, more), METADATA]).at(-1)).toEqual({ kind: 'finish', ...expected });
  });

  it('of a call that could not be read is an error', () => {
    expect(decode([START, stop('malformed_tool_use'), METADATA]).at(-1)).toMatchObject({
      kind: 'error',
      error: { code: 'malformed_tool_use' },
    });
  });
});

describe('blocks', () => {
  const call = (contentBlockIndex: number, name: string): SseEvent =>
    event('contentBlockStart', { contentBlockIndex, start: { toolUse: { toolUseId: `id${name}`, name } } });
  const args = (contentBlockIndex: number, input: string): SseEvent =>
    event('contentBlockDelta', { contentBlockIndex, delta: { toolUse: { input } } });
  const think = (reasoningContent: object): SseEvent =>
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent } });
  const blockStop = (contentBlockIndex: number): SseEvent => event('contentBlockStop', { contentBlockIndex });

  it('reads thinking, text and calls that run side by side', () => {
    const events = [
      START,
      think({ text: 'hm' }),
      think({ signature: 'ab' }),
      think({ signature: 'cd' }),
      blockStop(0),
      text('T', 1),
      blockStop(1),
      call(2, 'f'),
      call(3, 'g'),
      args(3, '{"b":'),
      args(2, '{"a":1}'),
      args(3, '2}'),
      blockStop(2),
      blockStop(3),
      stop('tool_use'),
      METADATA,
    ];
    expect(foldStream(decode(events)).parts).toEqual([
      { kind: 'reasoning', text: 'hm', signature: { vendor: 'bedrock', value: 'abcd' } },
      { kind: 'text', text: 'T' },
      { kind: 'call', id: 'idf', name: 'f', tool: 'function', args: '{"a":1}' },
      { kind: 'call', id: 'idg', name: 'g', tool: 'function', args: '{"b":2}' },
    ]);
  });

  it('joins sealed thinking and images by their bytes', () => {
    const piece = (said: string): string => Buffer.from(said).toString('base64');
    const image = (bytes: string): SseEvent =>
      event('contentBlockDelta', { contentBlockIndex: 1, delta: { image: { source: { bytes } } } });
    const events = [
      START,
      think({ redactedContent: piece('a') }),
      think({ redactedContent: piece('bc') }),
      blockStop(0),
      event('contentBlockStart', { contentBlockIndex: 1, start: { image: { format: 'webp' } } }),
      image(piece('x')),
      image(piece('yz')),
      blockStop(1),
      stop('end_turn'),
    ];
    expect(foldStream(decode(events)).parts).toEqual([
      { kind: 'reasoning', signature: { vendor: 'bedrock', value: `redacted:${piece('abc')}` } },
      { kind: 'image', source: { kind: 'base64', mimeType: 'image/webp', data: piece('xyz') } },
    ]);
  });

  it('gives a call without arguments an empty object', () => {
    const [part] = foldStream(decode([START, call(0, 'f'), blockStop(0), stop('tool_use'), METADATA])).parts;
    expect(part).toMatchObject({ kind: 'call', args: '{}' });
  });

  it.each<[string, SseEvent]>([
    ['arguments of no call', args(4, '{}')],
    ['a call without a name', event('contentBlockStart', { contentBlockIndex: 0, start: { toolUse: {} } })],
    ['what is no JSON', { event: 'contentBlockDelta', data: '{"cont' }],
  ])('fails at %s', (_, odd) => {
    expect(decode([START, odd]).at(-1)).toMatchObject({ kind: 'error', error: { code: 'malformed_event' } });
  });
});

describe('errors', () => {
  it.each<[string, SseEvent, object]>([
    [
      'frames of exceptions',
      event('error', { type: 'throttlingException', message: 'Too many requests' }),
      { type: 'throttlingException', message: 'Too many requests' },
    ],
    [
      'exceptions that come as events',
      event('serviceUnavailableException', { message: 'Not now' }),
      { type: 'serviceUnavailableException', message: 'Not now' },
    ],
  ])('reads %s', (_, odd, error) => {
    expect(decode([START, text('hi'), odd, stop('end_turn')]).at(-1)).toEqual({ kind: 'error', error });
  });

  it.each<[string, object, object]>([
    ['a sentence', { message: 'No.' }, { message: 'No.' }],
    [
      'an old front end',
      { __type: 'com.amazon#ValidationException', Message: 'Odd.' },
      { type: 'ValidationException', message: 'Odd.' },
    ],
    [
      'an answer that ended in one',
      { output: { message: { content: [] } }, stopReason: 'malformed_model_output' },
      { code: 'malformed_model_output' },
    ],
    ['nothing at all', {}, { type: 'api_error' }],
  ])('inside a 200: %s', (_, body, error) => {
    expect(readConverseAnswer(Buffer.from(JSON.stringify(body))).error).toMatchObject(error);
  });
});

it('reads cited text, counts of every cache and blocks that nobody knows', () => {
  const {
    parts,
    usage,
    stop: reason,
  } = decodeConverseResponse({
    output: {
      message: {
        role: 'assistant',
        content: [
          { citationsContent: { content: [{ text: 'As ' }, { text: 'told.' }], citations: [] } },
          { brandNew: {} },
          { image: { format: 'png', source: { bytes: 'QUJD' } } },
        ],
      },
    },
    stopReason: 'end_turn',
    usage: {
      inputTokens: 10,
      outputTokens: 7,
      totalTokens: 67,
      cacheReadInputTokens: 20,
      cacheWriteInputTokens: 30,
      cacheDetails: [
        { ttl: '1h', inputTokens: 12 },
        { ttl: '5m', inputTokens: 8 },
      ],
    },
  });
  expect(parts).toEqual([
    { kind: 'text', text: 'As told.' },
    { kind: 'image', source: { kind: 'base64', mimeType: 'image/png', data: 'QUJD' } },
  ]);
  expect(usage).toEqual({
    input: 10,
    cacheRead: 20,
    cacheWrite5m: 8,
    cacheWrite1h: 12,
    cacheWriteUnknownTtl: 10,
    output: 7,
    reasoning: 0,
  });
  expect(reason).toBe('end');
});
