import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { unfoldResponse, unwrapSignature, type Part, type StreamEvent } from '@turnpike/protocol';
import type { GeminiAnswerView } from '../response/gemini-view';
import { encodeGeminiResponse } from '../response';
import { createGeminiStreamEncoder } from './gemini-stream-encoder';
import { createJsonArrayWriter } from './json-array';

const VIEW: GeminiAnswerView = {
  id: 'r1',
  model: 'alias',
  createdAt: 5,
  includeUsage: true,
  inputEstimate: 7,
};
const FOREIGN = { vendor: 'anthropic', value: 'sig' };
const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function wire(events: readonly StreamEvent[], view = VIEW): string {
  const encoder = createGeminiStreamEncoder(view);
  return events.flatMap((event) => encoder.push(event)).join('');
}

const chunks = (events: readonly StreamEvent[], view = VIEW): JsonObject[] =>
  wire(events, view)
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => JSON.parse(event.replace(/^data: /, '')) as JsonObject);

const partsOf = (body: JsonObject): JsonObject[] =>
  list(body.candidates).flatMap((c) => list(isObject(c.content) ? c.content.parts : undefined));

const answer = (...parts: Part[]): StreamEvent[] => unfoldResponse({ parts, stop: 'end' });
const written = (view: GeminiAnswerView, ...parts: Part[]): JsonObject[] =>
  chunks(answer(...parts), view).flatMap(partsOf);
const whole = (view: GeminiAnswerView, ...parts: Part[]): JsonObject[] =>
  partsOf(encodeGeminiResponse({ parts, stop: 'end' }, view));
const signatureIn = (part: JsonObject | undefined): unknown =>
  unwrapSignature(String(part?.thoughtSignature));

const call: Part = { kind: 'call', id: 'c1', name: 'f', args: '{"n":1}', tool: 'function' };
const FUNCTION_CALL = { id: 'c1', name: 'f', args: { n: 1 } };

describe('createGeminiStreamEncoder', () => {
  it('writes data lines alone, one id and the finish with its usage last', () => {
    const events = answer({ kind: 'text', text: 'Hi' });
    events.splice(-1, 0, { kind: 'usage', usage: { input: 4, cacheRead: 6, output: 5, reasoning: 2 } });
    const tail = { modelVersion: 'alias', responseId: 'r1' };
    expect(wire(events)).toMatch(/^(data: \{.*\}\n\n)+$/);
    expect(chunks(events)).toEqual([
      { candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, index: 0 }], ...tail },
      {
        candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, finishReason: 'STOP', index: 0 }],
        usageMetadata: {
          promptTokenCount: 10,
          cachedContentTokenCount: 6,
          candidatesTokenCount: 3,
          thoughtsTokenCount: 2,
          totalTokenCount: 15,
        },
        ...tail,
      },
    ]);
  });

  it('writes calls whole, in the order of their starts', () => {
    const start = (block: number, name: string): StreamEvent => ({
      kind: 'block-start',
      block,
      content: { kind: 'call', id: name, name, tool: 'function' },
    });
    const args = (block: number, text: string): StreamEvent => ({
      kind: 'block-delta',
      block,
      delta: { kind: 'arguments', text },
    });
    const events: StreamEvent[] = [
      { kind: 'start' },
      start(0, 'f'),
      start(1, 'g'),
      args(0, '{"x":'),
      args(1, '{"y":'),
      args(1, '2}'),
      args(0, '1} trailing'),
      { kind: 'block-end', block: 1 },
      { kind: 'block-end', block: 0 },
      { kind: 'finish', stop: 'tool' },
    ];
    expect(chunks(events).flatMap(partsOf)).toEqual([
      { functionCall: { id: 'f', name: 'f', args: { x: 1 } } },
      { functionCall: { id: 'g', name: 'g', args: { y: 2 } } },
      { text: '' },
    ]);
  });

  it.each<[string, string, JsonObject]>([
    ['cut off', '{"a":[1,2', { a: [1, 2] }],
    ['none', '', {}],
    ['as a text in a text', '"{\\"a\\":1}"', { a: 1 }],
    ['of no object', '[1]', {}],
  ])('makes an object of arguments %s', (_, args, expected) => {
    const made = unfoldResponse({ parts: [{ ...call, args }], stop: 'length' });
    expect(chunks(made).flatMap(partsOf)[0]).toEqual({
      functionCall: { id: 'c1', name: 'f', args: expected },
    });
  });

  it.each([
    ['error', { kind: 'error', error: { message: 'm', type: 'overloaded_error' } }, 503, 'UNAVAILABLE'],
    ['interrupted', { kind: 'interrupted', reason: 'cut' }, 502, 'INTERNAL'],
  ] as const)('ends a stream that broke (%s) with an error object', (_, last, code, status) => {
    const out = chunks([
      { kind: 'start' },
      { kind: 'block-start', block: 0, content: { kind: 'text' } },
      last,
    ]);
    expect(out).toEqual([{ error: { code, message: expect.any(String) as string, status } }]);
  });

  it('streams as an array where the client did not ask for events', () => {
    const writer = createJsonArrayWriter();
    const encoder = createGeminiStreamEncoder(VIEW);
    const pieces = answer({ kind: 'text', text: 'a\n\nb' }).flatMap((event) => encoder.push(event));
    const text = [...pieces.flatMap((piece) => writer.push(piece)), ...writer.end('complete')].join('');
    expect(text).toMatch(/^\[\{.*\},\n\{.*\}\]\n$/);
    expect((JSON.parse(text) as JsonObject[]).flatMap(partsOf)).toEqual([{ text: 'a\n\nb' }, { text: '' }]);
    expect(createJsonArrayWriter().end('complete')).toEqual(['[]\n']);
  });
});

describe.each([
  ['in a stream', written],
  ['in a whole answer', whole],
])('signatures %s', (_, write) => {
  const HIDDEN: GeminiAnswerView = { ...VIEW, showReasoning: false };

  it('stay as they are where the vendor made them, and are wrapped where another did', () => {
    const google = { vendor: 'google', value: 'c2ln' };
    const parts = write(
      VIEW,
      { kind: 'text', text: 'a', signature: google },
      {
        ...call,
        signature: google,
      },
    );
    expect(parts.slice(0, 2)).toEqual([
      { text: 'a', thoughtSignature: 'c2ln' },
      { functionCall: FUNCTION_CALL, thoughtSignature: 'c2ln' },
    ]);
    const thoughts = write(
      VIEW,
      { kind: 'reasoning', text: 't', signature: FOREIGN },
      { kind: 'text', text: 'a' },
    );
    const signed = thoughts.find((part) => part.thoughtSignature !== undefined);
    expect(signed?.thought).toBe(true);
    expect(signatureIn(signed)).toEqual({ vendor: 'anthropic', kind: 'thinking', value: 'sig' });
  });

  it('of thinking without words ride on the next part', () => {
    const [first] = write(VIEW, { kind: 'reasoning', redacted: 'data' }, call);
    expect(first?.functionCall).toEqual(FUNCTION_CALL);
    expect(signatureIn(first)).toEqual({ vendor: 'anthropic', kind: 'redacted', value: 'data' });
  });

  it('ride alone where clients see no thoughts', () => {
    const parts = write(
      HIDDEN,
      { kind: 'reasoning', text: 't', signature: FOREIGN },
      { kind: 'text', text: 'a' },
    );
    expect(parts[0]?.text).toBe('a');
    expect(signatureIn(parts[0])).toMatchObject({ vendor: 'anthropic', value: 'sig' });
    expect(parts.some((part) => part.thought === true)).toBe(false);
  });

  it('get an empty part where the place is taken or nothing follows', () => {
    const two = write(VIEW, { kind: 'reasoning', redacted: 'a' }, { kind: 'reasoning', redacted: 'b' });
    expect(two.map((part) => [part.text, signatureIn(part)])).toEqual([
      ['', { vendor: 'anthropic', kind: 'redacted', value: 'a' }],
      ['', { vendor: 'anthropic', kind: 'redacted', value: 'b' }],
    ]);
  });
});
