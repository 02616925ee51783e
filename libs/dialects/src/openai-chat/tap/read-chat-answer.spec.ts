import { stringifyJson, type JsonObject } from '@turnpike/kernel';
import { someAnswer } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import type { AnswerReading } from '../../dialect';
import { decodeChatResponse, encodeChatResponse } from '../response';
import { readChatAnswer } from './read-chat-answer';

const VIEW = { id: '1', model: 'alias', createdAt: 5, includeUsage: false, inputEstimate: 1 };
const read = (body: JsonObject): AnswerReading => readChatAnswer(Buffer.from(stringifyJson(body)));
const choice = (
  message: JsonObject,
  finish_reason: string | null = 'stop',
  rest: JsonObject = {},
): JsonObject => ({
  choices: [{ index: 0, message, finish_reason, ...rest }],
});

describe('readChatAnswer', () => {
  it.each<[string, JsonObject, AnswerReading]>([
    [
      'text',
      { ...choice({ content: 'é' }), model: 'm' },
      { content: true, textBytes: 2, stop: 'end', model: 'm' },
    ],
    ['an empty answer', choice({ content: '' }), { content: false, textBytes: 0, stop: 'end' }],
    [
      'a call',
      choice({ tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{}' } }] }),
      { content: true, textBytes: 2, stop: 'tool' },
    ],
    [
      'an image',
      choice({ images: [{ image_url: { url: 'data:image/png;base64,eA==' } }] }),
      { content: true, textBytes: 0, stop: 'end' },
    ],
    ['the cap', choice({ content: '' }, 'length'), { content: false, textBytes: 0, stop: 'length' }],
    [
      'an error on top',
      { error: { message: 'm', code: 'c' } },
      { content: false, textBytes: 0, error: { message: 'm', code: 'c' } },
    ],
    [
      'an error in the choice',
      choice({}, null, { error: { message: 'm' } }),
      { content: false, textBytes: 0, stop: 'end', error: { message: 'm' } },
    ],
    [
      'an error as finish reason',
      choice({}, 'error'),
      {
        content: false,
        textBytes: 0,
        stop: 'error',
        error: { message: 'The provider ended its answer with an error.', code: 'error' },
      },
    ],
    ['something else', { data: [] }, { content: false, textBytes: 0 }],
  ])('reads %s', (_, body, expected) => {
    expect(read(body)).toEqual(expected);
  });

  it('counts every choice', () => {
    const choices = [{ message: { content: '' } }, { index: 1, message: { content: 'abc' } }];
    expect(read({ choices })).toMatchObject({ content: true, textBytes: 3 });
  });

  it('agrees with the decoder', () => {
    fc.assert(
      fc.property(someAnswer, (answer) => {
        const body = encodeChatResponse(answer, VIEW);
        const { usage, stop, model } = decodeChatResponse(body);
        expect(read(body)).toMatchObject({ usage, stop, model });
      }),
    );
  });

  it('throws at what is no JSON', () => {
    expect(() => readChatAnswer(Buffer.from('<html>'))).toThrow(SyntaxError);
  });
});
