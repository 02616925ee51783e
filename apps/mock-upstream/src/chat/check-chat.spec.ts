import type { JsonObject } from '@turnpike/kernel';
import { checkChat } from './check-chat';

const user = { role: 'user', content: 'hi' };
const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } };
const call = (id: string, args = '{}'): JsonObject => ({
  id,
  type: 'function',
  function: { name: 'f', arguments: args },
});
const answer = (id: string): JsonObject => ({ role: 'tool', tool_call_id: id, content: 'ok' });
const base = (extra: JsonObject): JsonObject => ({ model: 'm', messages: [user], ...extra });
const talk = (...messages: JsonObject[]): JsonObject => base({ messages });
const strict = (schema: JsonObject): JsonObject => ({
  response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } },
});

describe('what chat accepts', () => {
  it.each<[string, JsonObject]>([
    ['a plain request', base({})],
    [
      'every sampling member',
      base({
        temperature: 2,
        top_p: 0,
        n: 2,
        seed: -1,
        stop: ['a', 'b'],
        presence_penalty: -2,
        logit_bias: {},
      }),
    ],
    ['null for not stated', base({ temperature: null, stop: null })],
    [
      'parallel calls answered in another order',
      talk(
        user,
        { role: 'assistant', content: null, tool_calls: [call('1'), call('2')] },
        answer('2'),
        answer('1'),
      ),
    ],
    [
      'arguments that are no JSON',
      talk(user, { role: 'assistant', content: '', tool_calls: [call('1', '{"x"')] }, answer('1')),
    ],
    ['a named tool', base({ tools: [tool], tool_choice: { type: 'function', function: { name: 'f' } } })],
    [
      'an image as data or address',
      talk({
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'image_url', image_url: { url: 'https://x.test/a.png' } },
        ],
      }),
    ],
    [
      'a closed strict schema',
      base(strict({ type: 'object', properties: { a: {} }, required: ['a'], additionalProperties: false })),
    ],
  ])('%s', (_name, body) => {
    expect(checkChat(body)).toBeUndefined();
  });
});

describe('what chat refuses', () => {
  it.each<[string, JsonObject, string | RegExp]>([
    ['no model', { messages: [user] }, 'model'],
    ['an unknown member', base({ anthropic_version: 'x' }), 'anthropic_version'],
    ['a text for a number', base({ temperature: '1' }), 'temperature'],
    ['temperature above 2', base({ temperature: 2.1 }), 'temperature'],
    ['five stops', base({ stop: ['1', '2', '3', '4', '5'] }), 'stop'],
    ['max_tokens 0', base({ max_tokens: 0 }), 'max_tokens'],
    ['both caps', base({ max_tokens: 1, max_completion_tokens: 1 }), 'max_tokens'],
    ['stream_options without stream', base({ stream_options: { include_usage: true } }), 'stream_options'],
    ['no messages', base({ messages: [] }), 'messages'],
    ['empty tools', base({ tools: [] }), 'tools'],
    ['tool_choice without tools', base({ tool_choice: 'auto' }), 'tool_choice'],
    ['parallel_tool_calls without tools', base({ parallel_tool_calls: true }), 'parallel_tool_calls'],
    ['a flat tool', base({ tools: [{ type: 'function', name: 'f' }] }), 'tools[0].function.name'],
    ['an Anthropic tool', base({ tools: [{ name: 'f', input_schema: {} }] }), 'tools[0].type'],
    [
      'a tool name with a dot',
      base({ tools: [{ type: 'function', function: { name: 'a.b' } }] }),
      'tools[0].function.name',
    ],
    [
      'cache_control on a tool',
      base({ tools: [{ ...tool, cache_control: { type: 'ephemeral' } }] }),
      'tools[0].cache_control',
    ],
    [
      'a named tool that was not offered',
      base({ tools: [tool], tool_choice: { type: 'function', function: { name: 'g' } } }),
      'tool_choice',
    ],
    [
      'an open strict schema',
      base(strict({ type: 'object', properties: {} })),
      'response_format.json_schema.schema',
    ],
    [
      'a strict schema with an optional member',
      base(strict({ type: 'object', properties: { a: {} }, required: [], additionalProperties: false })),
      'response_format.json_schema.schema',
    ],
    ['json_object without the word', base({ response_format: { type: 'json_object' } }), 'messages'],
    [
      'a call without answer',
      talk(user, { role: 'assistant', content: '', tool_calls: [call('1')] }, user),
      'messages',
    ],
    [
      'one of two calls without answer',
      talk(user, { role: 'assistant', content: '', tool_calls: [call('1'), call('2')] }, answer('1')),
      'messages',
    ],
    ['an answer without call', talk(user, answer('9')), /role/],
    [
      'an answer twice',
      talk(user, { role: 'assistant', content: '', tool_calls: [call('1')] }, answer('1'), answer('1')),
      /role/,
    ],
    [
      'no tool calls in the list',
      talk(user, { role: 'assistant', content: '', tool_calls: [] }),
      'messages[1].tool_calls',
    ],
    [
      'arguments as an object',
      talk(
        user,
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: {} } }],
        },
        answer('1'),
      ),
      /function/,
    ],
    [
      'an image from the assistant',
      talk(user, {
        role: 'assistant',
        content: [{ type: 'image_url', image_url: { url: 'https://x.test' } }],
      }),
      /content\[0\]\.type/,
    ],
    [
      'an image in a tool answer',
      talk(
        user,
        { role: 'assistant', content: '', tool_calls: [call('1')] },
        {
          role: 'tool',
          tool_call_id: '1',
          content: [{ type: 'image_url', image_url: { url: 'https://x.test' } }],
        },
      ),
      /content\[0\]\.type/,
    ],
    [
      'an Anthropic image',
      talk({ role: 'user', content: [{ type: 'image', source: {} }] }),
      /content\[0\]\.type/,
    ],
    [
      'an image of another kind',
      talk({
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: 'data:image/tiff;base64,AAAA' } }],
      }),
      /image_url/,
    ],
    [
      'broken base64',
      talk({
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,A*' } }],
      }),
      /image_url/,
    ],
    ['an unknown role', talk({ role: 'model', content: 'x' }), 'messages[0].role'],
    ['an assistant with nothing', talk(user, { role: 'assistant', content: null }), 'messages[1].content'],
    ['an unknown member of a message', talk({ ...user, cache_control: {} }), 'messages[0].cache_control'],
  ])('%s', (_name, body, param) => {
    const problem = checkChat(body);
    expect(problem?.status).toBe(400);
    if (typeof param === 'string') expect(problem?.param).toBe(param);
    else expect(problem?.param).toMatch(param);
  });

  it('a body that is no object', () => {
    for (const body of [undefined, null, [], 'x', 3]) expect(checkChat(body)?.status).toBe(400);
  });
});
