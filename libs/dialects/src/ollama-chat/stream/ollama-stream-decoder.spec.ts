import { stringifyJson } from '@turnpike/kernel';
import { foldStream, type SseEvent, type StreamEvent } from '@turnpike/protocol';
import { decodeOllamaResponse, readOllamaAnswer } from '../response';
import { createOllamaStreamDecoder } from '.';

const HEAD = { model: 'qwen3:8b', created_at: '2026-11-21T10:00:00.5Z' };
const line = (message: object, more: object = {}): SseEvent => ({
  data: JSON.stringify({
    ...HEAD,
    message: { role: 'assistant', content: '', ...message },
    done: false,
    ...more,
  }),
});
const DONE = line({}, { done: true, done_reason: 'stop', prompt_eval_count: 26, eval_count: 9 });

function decode(events: readonly SseEvent[]): StreamEvent[] {
  const decoder = createOllamaStreamDecoder();
  return [...events.flatMap((each) => decoder.push(each)), ...decoder.end('complete')];
}

it('reads thinking, text and whole calls', () => {
  const call = (name: string, args: object, more: object = {}): object => ({
    ...more,
    function: { name, arguments: args },
  });
  const events = [
    line({ thinking: 'h' }),
    line({ thinking: 'm' }),
    line({ content: 'a' }),
    line({ content: 'b' }),
    line({ tool_calls: [call('f', { x: 1 }), call('g', {}, { id: 'call_7' })] }),
    line({ tool_calls: [call('f', { x: 2 })] }),
    DONE,
  ];
  expect(foldStream(decode(events))).toEqual({
    model: 'qwen3:8b',
    createdAt: 1_795_255_200,
    parts: [
      { kind: 'reasoning', text: 'hm' },
      { kind: 'text', text: 'ab' },
      { kind: 'call', id: '', name: 'f', tool: 'function', args: '{"x":1}' },
      { kind: 'call', id: 'call_7', name: 'g', tool: 'function', args: '{}' },
      { kind: 'call', id: '', name: 'f', tool: 'function', args: '{"x":2}' },
    ],
    stop: 'tool',
    usage: expect.objectContaining({ input: 26, output: 9 }) as unknown,
  });
});

it('keeps every digit of arguments', () => {
  const data = `{"message":{"tool_calls":[{"function":{"name":"f","arguments":{"id":12345678901234567890}}}]},"done":false}`;
  const [part] = foldStream(decode([{ data }, DONE])).parts;
  expect(part).toMatchObject({ args: '{"id":12345678901234567890}' });
  expect(stringifyJson({ a: 1 })).toBe('{"a":1}');
});

describe('the end', () => {
  it.each<[string, SseEvent[], object]>([
    ['a stop', [line({ content: 'a' }), DONE], { kind: 'finish', stop: 'end' }],
    [
      'a cap',
      [line({ content: 'a' }, { done: true, done_reason: 'length' })],
      { kind: 'finish', stop: 'length' },
    ],
    [
      'an older server, which gives no reason',
      [line({ content: 'a' }, { done: true })],
      { kind: 'finish', stop: 'end' },
    ],
    ['no end', [line({ content: 'a' })], { kind: 'interrupted', reason: 'complete' }],
    [
      'an error',
      [line({ content: 'a' }), { data: '{"error":"model runner has stopped"}' }, DONE],
      { kind: 'error', error: { message: 'model runner has stopped' } },
    ],
    [
      'half a line',
      [line({ content: 'a' }), { data: '{"model":"x","mes' }],
      { kind: 'error', error: { code: 'malformed_event' } },
    ],
  ])('%s', (_, events, expected) => expect(decode(events).at(-1)).toMatchObject(expected));

  it('says nothing behind it', () => {
    const decoder = createOllamaStreamDecoder();
    decoder.push(DONE);
    expect([...decoder.push(line({ content: 'late' })), ...decoder.end('complete')]).toEqual([]);
  });
});

it('reads errors and whole answers', () => {
  const read = (body: object) => readOllamaAnswer(Buffer.from(JSON.stringify(body)));
  expect(read({ error: 'out of memory' }).error).toEqual({ message: 'out of memory' });
  expect(read({}).error).toMatchObject({ type: 'api_error' });
  expect(read([])).toEqual({ content: false, textBytes: 0 });
  expect(
    decodeOllamaResponse({ ...HEAD, message: { content: 'a', thinking: 'h' }, done: true, eval_count: 2 }),
  ).toEqual({
    model: 'qwen3:8b',
    createdAt: 1_795_255_200,
    parts: [
      { kind: 'reasoning', text: 'h' },
      { kind: 'text', text: 'a' },
    ],
    stop: 'end',
    usage: expect.objectContaining({ input: 0, output: 2 }) as unknown,
  });
});
