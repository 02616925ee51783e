import { foldStream, type Signature, type StreamEvent } from '@turnpike/protocol';
import type { JsonObject } from '@turnpike/kernel';
import { createGeminiStreamDecoder } from './gemini-stream-decoder';

const chunk = (parts: JsonObject[], more: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { role: 'model', parts }, ...more }],
});

function decode(...chunks: unknown[]): StreamEvent[] {
  const decoder = createGeminiStreamDecoder({ capabilities: {} });
  const events = chunks.map((c) => ({ data: typeof c === 'string' ? c : JSON.stringify(c) }));
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end('complete')];
}

const parts = (...chunks: unknown[]): unknown => foldStream(decode(...chunks)).parts;
const google = (value: string): Signature => ({ vendor: 'google', value });
const STOP = chunk([{ text: '' }], { finishReason: 'STOP' });

describe('createGeminiStreamDecoder', () => {
  it('reads several parts of one chunk in their order', () => {
    expect(
      parts(
        chunk([{ text: 'hm', thought: true }, { text: 'Hel' }]),
        chunk([{ text: 'lo' }, { functionCall: { id: 'a', name: 'f', args: { n: 1 } } }, { text: '!' }]),
        STOP,
      ),
    ).toEqual([
      { kind: 'reasoning', text: 'hm' },
      { kind: 'text', text: 'Hello' },
      { kind: 'call', id: 'a', name: 'f', args: '{"n":1}', tool: 'function' },
      { kind: 'text', text: '!' },
    ]);
  });

  it('keeps a signature at the very part it came with', () => {
    expect(
      parts(
        chunk([{ text: 'a' }]),
        chunk([{ text: 'b', thoughtSignature: 's1' }]),
        chunk([{ text: 'c' }]),
        chunk([{ functionCall: { name: 'f' }, thought_signature: 's2' }, { functionCall: { name: 'g' } }]),
        chunk([{ text: '', thoughtSignature: 's3' }], { finishReason: 'STOP' }),
      ),
    ).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'text', text: 'b', signature: google('s1') },
      { kind: 'text', text: 'c' },
      { kind: 'call', id: '', name: 'f', args: '{}', tool: 'function', signature: google('s2') },
      { kind: 'call', id: '', name: 'g', args: '{}', tool: 'function' },
      { kind: 'text', text: '', signature: google('s3') },
    ]);
  });

  it('takes a call that is repeated under its id once', () => {
    const call = { functionCall: { id: 'a', name: 'f', args: { n: 1 } } };
    expect(parts(chunk([call]), chunk([call]), STOP)).toHaveLength(1);
    expect(
      parts(chunk([call]), chunk([{ functionCall: { id: 'a', name: 'f', args: { n: 2 } } }]), STOP),
    ).toHaveLength(2);
    const nameless = { functionCall: { name: 'f', args: {} } };
    expect(parts(chunk([nameless, nameless]), STOP)).toHaveLength(2);
  });

  it('keeps every digit of arguments', () => {
    const events = decode(
      '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"id":12345678901234567890}}}]}}]}',
      STOP,
    );
    expect(JSON.stringify(events)).toContain('12345678901234567890');
  });

  it.each<[string, JsonObject[], unknown]>([
    ['STOP', [chunk([{ text: 'a' }]), chunk([], { finishReason: 'STOP' })], { kind: 'finish', stop: 'end' }],
    [
      'a call and STOP',
      [chunk([{ functionCall: { name: 'f' } }], { finishReason: 'STOP' })],
      { kind: 'finish', stop: 'tool' },
    ],
    [
      'a call and MAX_TOKENS',
      [chunk([{ functionCall: { name: 'f' } }], { finish_reason: 'MAX_TOKENS' })],
      { kind: 'finish', stop: 'length' },
    ],
    ['SAFETY', [{ candidates: [{ finishReason: 'SAFETY' }] }], { kind: 'finish', stop: 'filtered' }],
    [
      'a refused prompt',
      [{ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }],
      { kind: 'finish', stop: 'filtered' },
    ],
    ['a new word', [chunk([], { finishReason: 'NEWS' })], { kind: 'finish', stop: 'end' }],
    ['no reason', [chunk([{ text: 'a' }])], { kind: 'interrupted', reason: 'complete' }],
    [
      'an unspecified reason',
      [chunk([], { finishReason: 'FINISH_REASON_UNSPECIFIED' })],
      { kind: 'interrupted', reason: 'complete' },
    ],
  ])('ends with %s', (_, chunks, last) => expect(decode(...chunks).at(-1)).toEqual(last));

  it.each<[string, unknown, JsonObject]>([
    [
      'a broken call',
      chunk([], { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'bad' }),
      { message: 'bad', code: 'MALFORMED_FUNCTION_CALL' },
    ],
    ['OTHER', chunk([], { finishReason: 'OTHER' }), { code: 'OTHER' }],
    [
      'an error object',
      { error: { code: 503, message: 'm', status: 'UNAVAILABLE' } },
      { message: 'm', type: 'UNAVAILABLE', code: '503' },
    ],
    [
      'an error in a list',
      [{ error: { code: 429, message: 'm', status: 'RESOURCE_EXHAUSTED' } }],
      { type: 'RESOURCE_EXHAUSTED' },
    ],
    ['what is no JSON', '{"cand', { code: 'malformed_event' }],
  ])('fails at %s, and says nothing after it', (_, bad, error) => {
    const events = decode(chunk([{ text: 'a' }]), bad, STOP);
    expect(events.at(-1)).toMatchObject({ kind: 'error', error });
  });

  it('takes the last usage, which every chunk repeats, also behind the finish', () => {
    const usage = (candidatesTokenCount: number): JsonObject => ({
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount, thoughtsTokenCount: 2 },
    });
    const events = decode({ ...chunk([{ text: 'a' }]), ...usage(1) }, { ...STOP, ...usage(3) }, usage(4));
    expect(foldStream(events).usage).toMatchObject({ input: 9, output: 6, reasoning: 2 });
  });

  it('reads the head of the first chunk and ignores further candidates', () => {
    const head = { responseId: 'r', modelVersion: 'm', createTime: '2026-01-02T03:04:05Z' };
    const two = {
      ...head,
      candidates: [
        { index: 1, content: { parts: [{ text: 'no' }] } },
        { index: 0, content: { parts: [{ text: 'yes' }] } },
      ],
    };
    const answer = foldStream(decode(two, STOP));
    expect(answer).toMatchObject({
      id: 'r',
      model: 'm',
      createdAt: 1_767_323_045,
      parts: [{ kind: 'text', text: 'yes' }],
    });
  });

  it('tells the pages an answer rests on, counted in characters', () => {
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: 'https://a.example/', title: 'A' } }],
      groundingSupports: [{ segment: { startIndex: 3, endIndex: 5 }, groundingChunkIndices: [0, 7] }],
    };
    expect(
      parts(chunk([{ text: 'é ab' }]), chunk([{ text: '' }], { finishReason: 'STOP', groundingMetadata })),
    ).toEqual([
      {
        kind: 'text',
        text: 'é ab',
        citations: [
          {
            type: 'url_citation',
            url_citation: { url: 'https://a.example/', title: 'A', start_index: 2, end_index: 4 },
          },
        ],
      },
    ]);
  });

  it('keeps pictures, and what the vendor ran itself', () => {
    expect(
      parts(
        chunk([
          { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
          { executableCode: { language: 'PYTHON', code: '1' } },
        ]),
        STOP,
      ),
    ).toEqual([
      { kind: 'image', source: { kind: 'base64', data: 'AAAA', mimeType: 'image/png' } },
      { kind: 'opaque', vendor: 'google', raw: { executableCode: { language: 'PYTHON', code: '1' } } },
    ]);
  });
});
