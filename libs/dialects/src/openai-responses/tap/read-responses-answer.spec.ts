import type { JsonObject } from '@turnpike/kernel';
import { someAnswer } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { decodeResponsesResponse, encodeResponsesResponse } from '../response';
import { readResponsesAnswer } from './read-responses-answer';

const VIEW = { id: '1', model: 'alias', createdAt: 5, includeUsage: true, inputEstimate: 12 };
const read = (body: JsonObject): ReturnType<typeof readResponsesAnswer> =>
  readResponsesAnswer(Buffer.from(JSON.stringify(body)));
const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":1}' };

describe('readResponsesAnswer', () => {
  it.each<[string, JsonObject, object]>([
    [
      'text',
      {
        status: 'completed',
        model: 'm',
        output: [{ type: 'message', content: [{ type: 'output_text', text: 'é' }] }],
        usage: { input_tokens: 2, output_tokens: 1 },
      },
      { content: true, textBytes: 2, stop: 'end', model: 'm', usage: { input: 2, output: 1 } },
    ],
    ['a call', { output: [call] }, { content: true, textBytes: 7, stop: 'tool' }],
    ['nothing but the joined text', { output_text: 'hi' }, { content: true, textBytes: 2, stop: 'end' }],
    [
      'a refusal',
      { output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'no' }] }] },
      { content: true, textBytes: 2, stop: 'refusal' },
    ],
    ['nothing', { status: 'completed', output: [] }, { content: false, textBytes: 0, stop: 'end' }],
    [
      'half of it',
      {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        output: [{ ...call, arguments: '{"a' }],
      },
      { content: true, textBytes: 3, stop: 'length' },
    ],
    [
      'an item of the vendor alone',
      { output: [{ type: 'local_shell_call', call_id: 'a', action: { type: 'exec', command: ['ls'] } }] },
      { content: true, textBytes: 0, stop: 'end' },
    ],
    [
      'work in the background that has just begun',
      { status: 'queued', background: true, output: [] },
      { content: false, textBytes: 0, stop: 'pause' },
    ],
    [
      'a failure',
      { status: 'failed', output: [], error: { code: 'c', message: 'm' } },
      { content: false, textBytes: 0, stop: 'error', error: { code: 'c', message: 'm' } },
    ],
    [
      'an error body',
      { error: { message: 'm', type: 't' } },
      { content: false, textBytes: 0, error: { message: 'm', type: 't' } },
    ],
  ])('reads %s', (_, body, expected) => {
    const { usage, ...rest } = read(body);
    const { usage: figures, ...others } = expected as { usage?: object };
    expect(rest).toEqual(others);
    if (figures) expect(usage).toMatchObject(figures);
  });

  it('agrees with the decoder on every answer', () => {
    fc.assert(
      fc.property(someAnswer, (answer) => {
        const body = encodeResponsesResponse(answer, VIEW);
        const decoded = decodeResponsesResponse(body);
        expect(read(body)).toMatchObject({ usage: decoded.usage, stop: decoded.stop, model: 'alias' });
      }),
    );
  });

  it('throws at what is not JSON', () => {
    expect(() => readResponsesAnswer(Buffer.from('<html>'))).toThrow(SyntaxError);
  });
});
