import { DIALECTS } from '@turnpike/dialects';
import { readListedAnswer } from './listed-answer';

const chunk = (text: string, finishReason?: string): object => ({
  candidates: [
    { content: { role: 'model', parts: [{ text }] }, index: 0, ...(finishReason && { finishReason }) },
  ],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
});

const read = (elements: readonly object[], id: keyof typeof DIALECTS = 'gemini-generate'): unknown =>
  readListedAnswer(JSON.stringify(elements), DIALECTS[id], 'google');

describe('readListedAnswer', () => {
  it('gathers the elements of a stream', () => {
    expect(read([chunk('Par'), chunk('is', 'STOP')])).toMatchObject({
      parts: [{ kind: 'text', text: 'Paris' }],
      stop: 'end',
      usage: { input: 3, output: 2 },
    });
  });

  it('finds the error behind an answer that began', () => {
    const error = { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' };
    expect(read([chunk('Par'), { error }])).toMatchObject({ error: { message: error.message } });
  });

  it.each([[[chunk('Par')]], [[]]])('takes a list without an end for no answer', (elements) => {
    expect(read(elements)).toBeUndefined();
  });

  it('takes a list in a dialect without lists for a failure', () => {
    const answer = read([{ choices: [{ message: { content: 'x' }, finish_reason: 'stop' }] }], 'openai-chat');
    expect(answer === undefined || 'error' in (answer as object)).toBe(true);
  });
});
