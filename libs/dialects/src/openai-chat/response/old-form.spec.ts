import type { JsonObject } from '@turnpike/kernel';
import { unfoldResponse, type ChatResponse } from '@turnpike/protocol';
import OpenAI from 'openai';
import type { AnswerView } from '../../dialect';
import { OPENAI_CHAT } from '..';

const f = { name: 'f', parameters: { type: 'object', properties: {} } };
const messages = [{ role: 'user', content: 'q' }];
const viewOf = (body: JsonObject): AnswerView => ({
  id: '1',
  model: 'm',
  createdAt: 5,
  includeUsage: false,
  inputEstimate: 1,
  request: OPENAI_CHAT.decodeRequest({ model: 'm', messages, ...body }),
});
const OLD = viewOf({ functions: [f] });
const call = (id: string, args: string) => ({ kind: 'call', id, name: 'f', args, tool: 'function' }) as const;
const ANSWER: ChatResponse = { parts: [call('a', '{"x":1}'), call('b', '{"y":2}')], stop: 'tool' };

const whole = (view: AnswerView, answer = ANSWER): unknown => {
  const [choice] = OPENAI_CHAT.encodeResponse(answer, view).choices as JsonObject[];
  return [choice?.message, choice?.finish_reason];
};

it('tells a client of functions of one call in the form of that time', () => {
  const message = {
    role: 'assistant',
    content: null,
    refusal: null,
    function_call: { name: 'f', arguments: '{"x":1}' },
  };
  expect(whole(OLD)).toEqual([message, 'function_call']);
  expect(whole(OLD, { parts: [{ kind: 'text', text: 'a' }], stop: 'end' })).toEqual([
    { role: 'assistant', content: 'a', refusal: null },
    'stop',
  ]);
});

it.each<[string, JsonObject]>([
  ['tools', { tools: [{ type: 'function', function: f }] }],
  ['both', { functions: [f], tools: [{ type: 'function', function: f }] }],
  ['neither', {}],
])('tells clients of %s of all calls', (_, body) => {
  expect(whole(viewOf(body))).toEqual([
    expect.objectContaining({ tool_calls: [expect.anything(), expect.anything()] }),
    'tool_calls',
  ]);
});

it('streams it so that the SDK of the vendor puts it together', async () => {
  const encoder = OPENAI_CHAT.createStreamEncoder(OLD);
  const text = unfoldResponse(ANSWER).flatMap((event) => encoder.push(event));
  const client = new OpenAI({
    apiKey: 'none',
    fetch: () =>
      Promise.resolve(new Response(text.join(''), { headers: { 'content-type': 'text/event-stream' } })),
  });
  const stream = client.chat.completions.stream({
    model: 'm',
    messages: [{ role: 'user', content: 'q' }],
    functions: [f],
  });
  const { choices } = await stream.finalChatCompletion();
  expect(choices[0]?.finish_reason).toBe('function_call');
  expect(choices[0]?.message).toMatchObject({ function_call: { name: 'f', arguments: '{"x":1}' } });
  expect(text.join('')).not.toContain('tool_calls');
});
