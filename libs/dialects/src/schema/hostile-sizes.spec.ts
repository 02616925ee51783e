import { GatewayError, type Json, type JsonObject } from '@turnpike/kernel';
import { decodeMessagesRequest, encodeMessagesRequest } from '../anthropic-messages/request';
import { decodeChatRequest, encodeChatRequest } from '../openai-chat/request';

/** Bodies that are legal JSON and small enough to be taken, made so that a careless algorithm needs their square. */
const MANY = 30_000;
const repeat = (make: (i: number) => Json): Json[] => Array.from({ length: MANY }, (_, i) => make(i));
const user = { role: 'user', content: 'x' };
const call = (id: string, args = '{}'): JsonObject => ({
  id,
  type: 'function',
  function: { name: 'f', arguments: args },
});
const withArguments = (args: string): JsonObject => ({
  messages: [user, { role: 'assistant', tool_calls: [call('a', args)] }],
});
const tool = (i: number): JsonObject => ({ type: 'function', function: { name: `tool.${i}` } });

const BODIES: [string, JsonObject][] = [
  ['user turns in a row', { messages: repeat(() => user) }],
  [
    'results in a row',
    { messages: [user, ...repeat((i) => ({ role: 'tool', tool_call_id: `c${i}`, content: 'x' }))] },
  ],
  [
    'calls of one id',
    {
      messages: [
        user,
        { role: 'assistant', tool_calls: repeat(() => call('a')) },
        ...repeat(() => ({ role: 'tool', tool_call_id: 'a', content: 'x' })),
      ],
    },
  ],
  [
    'assistant turns with calls',
    { messages: [user, ...repeat((i) => ({ role: 'assistant', tool_calls: [call(`c${i}`)] }))] },
  ],
  [
    'tools, all of them allowed',
    {
      messages: [user],
      tools: repeat(tool),
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: repeat(tool) } },
    },
  ],
  [
    'unknown members',
    { messages: [user], ...Object.fromEntries(repeat((i) => i).map((i) => [`x${String(i)}`, 1])) },
  ],
  [
    'padding without data',
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: `data:image/png;base64,A${'='.repeat(4_000_000)}B` } },
          ],
        },
      ],
    },
  ],
  ['arguments of white space', withArguments(`${' '.repeat(2_000_000)}x`)],
  ['arguments of open brackets', withArguments(`{"a":${'['.repeat(2_000_000)}`)],
  ['arguments of commas', withArguments(`{"a":[${'0,'.repeat(1_000_000)}`)],
  ['arguments that nest', withArguments(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
];

it.each(BODIES)('takes or refuses %s in little time', (_, body) => {
  const target = { model: 'm', capabilities: {}, vendor: 'v' };
  // Time of the processor: the machine may be busy with other tests.
  const startedAt = process.cpuUsage();
  for (const encode of [encodeChatRequest, encodeMessagesRequest])
    try {
      const { losses } = encode(decodeChatRequest({ model: 'm', ...body }), target);
      expect(losses.join().length).toBeLessThan(4_000);
    } catch (error) {
      expect(error).toBeInstanceOf(GatewayError);
    }
  expect(process.cpuUsage(startedAt).user / 1_000).toBeLessThan(3_000);
});

it('limits stop sequences, which are searched for all the time', () => {
  const stops = repeat((i) => `s${i}`);
  expect(() => decodeChatRequest({ model: 'm', messages: [user], stop: stops })).toThrow(/at most 256/);
  expect(() => decodeMessagesRequest({ model: 'm', messages: [user], stop_sequences: stops })).toThrow(
    /at most 256/,
  );
});
