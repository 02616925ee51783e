import { stringifyJson, type JsonObject } from '@turnpike/kernel';
import { someAnswer } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import type { AnswerReading } from '../../dialect';
import { decodeMessagesResponse, encodeMessagesResponse } from '../response';
import { readMessagesAnswer } from './read-messages-answer';

const VIEW = { id: '1', model: 'alias', createdAt: 5, includeUsage: false, inputEstimate: 1 };
const read = (body: JsonObject): AnswerReading => readMessagesAnswer(Buffer.from(stringifyJson(body)));
const message = (stop_reason: string, ...content: JsonObject[]): JsonObject => ({
  model: 'm',
  content,
  stop_reason,
});

describe('readMessagesAnswer', () => {
  it.each<[string, JsonObject, AnswerReading]>([
    [
      'text',
      message('end_turn', { type: 'text', text: 'é' }),
      { content: true, textBytes: 2, stop: 'end', model: 'm' },
    ],
    ['an empty answer', message('end_turn'), { content: false, textBytes: 0, stop: 'end', model: 'm' }],
    [
      'an empty block',
      message('end_turn', { type: 'text', text: '' }),
      { content: false, textBytes: 0, stop: 'end', model: 'm' },
    ],
    [
      'a call',
      message('tool_use', { type: 'tool_use', id: 'a', name: 'f', input: {} }),
      { content: true, textBytes: 2, stop: 'tool', model: 'm' },
    ],
    [
      'thinking',
      message('max_tokens', { type: 'thinking', thinking: 'abc', signature: 's' }),
      { content: true, textBytes: 3, stop: 'length', model: 'm' },
    ],
    [
      'an error',
      { type: 'error', error: { type: 'api_error', message: 'm' } },
      { content: false, textBytes: 0, error: { type: 'api_error', message: 'm' } },
    ],
  ])('reads %s', (_, body, expected) => {
    expect(read(body)).toEqual(expected);
  });

  it('does not take what a tool was told for the usage', () => {
    const input = { usage: { input_tokens: 0, output_tokens: 0 }, stop_reason: 'refusal' };
    const body = {
      usage: { input_tokens: 7, output_tokens: 8 },
      ...message('tool_use', { type: 'tool_use', id: 'a', name: 'f', input }),
    };
    expect(read(body)).toMatchObject({ usage: { input: 7, output: 8 }, stop: 'tool' });
  });

  it('agrees with the decoder', () => {
    fc.assert(
      fc.property(someAnswer, (answer) => {
        const body = encodeMessagesResponse(answer, VIEW);
        const { usage, stop, model } = decodeMessagesResponse(body);
        expect(read(body)).toMatchObject({ usage, stop, model });
      }),
    );
  });

  it('throws at what is no JSON', () => {
    expect(() => readMessagesAnswer(Buffer.from('{"content":['))).toThrow(SyntaxError);
  });
});
