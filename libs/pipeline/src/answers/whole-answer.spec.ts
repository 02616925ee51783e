import { DIALECTS, UPSTREAM_DIALECTS } from '@turnpike/dialects';
import type { UpstreamDialectId } from '@turnpike/protocol';
import { WholeTranslate } from './whole-answer';

function answer(dialect: UpstreamDialectId, body: object): WholeTranslate {
  const whole = new WholeTranslate({
    upstream: UPSTREAM_DIALECTS[dialect],
    client: DIALECTS['openai-chat'],
    restoration: {},
    vendor: 'x',
    view: { id: '1', model: 'm', createdAt: 1, includeUsage: true, inputEstimate: 1 },
  });
  whole.push(Buffer.from(JSON.stringify(body)));
  whole.end('complete');
  return whole;
}

it.each<[UpstreamDialectId, object, string]>([
  ['bedrock-converse', { message: 'No capacity.' }, 'No capacity.'],
  ['cohere-chat', { id: 'x', message: 'No model.' }, 'No model.'],
  ['ollama-chat', { error: 'No memory.' }, 'No memory.'],
  ['openai-chat', { error: { message: 'No.' } }, 'No.'],
])('an error that %s answers with status 200 keeps its words', (dialect, body, message) => {
  const { progress } = answer(dialect, body);
  expect(progress.error?.message).toBe(message);
  expect(progress.finished).toBe(false);
});

it('gives the client an answer in its own dialect', () => {
  const whole = answer('ollama-chat', { message: { content: 'hi' }, done: true, eval_count: 2 });
  expect(JSON.parse(String(whole.take()))).toMatchObject({
    choices: [{ message: { content: 'hi' }, finish_reason: 'stop' }],
    usage: { completion_tokens: 2 },
  });
});
