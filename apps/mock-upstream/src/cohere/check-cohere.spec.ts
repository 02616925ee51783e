import type { Json, JsonObject } from '@turnpike/kernel';
import { wireRequest } from '../wire/fixtures/wire-request';
import { checkCohere } from './check-cohere';

const user = (content: Json = 'hi'): JsonObject => ({ role: 'user', content });
const call = (id: string): JsonObject => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
const calls = (...ids: string[]): JsonObject => ({
  role: 'assistant',
  tool_plan: 'I will.',
  tool_calls: ids.map(call),
});
const tool = (id: string, content: Json = 'ok'): JsonObject => ({ role: 'tool', tool_call_id: id, content });
const base = (extra: JsonObject = {}): JsonObject => ({ model: 'm', messages: [user()], ...extra });
const talk = (...messages: JsonObject[]): JsonObject => base({ messages });
const fn = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };

describe('what Cohere accepts', () => {
  it.each<[string, JsonObject]>([
    ['a plain request', base({ k: 10, p: 0.9, stop_sequences: ['x'], temperature: 0.3, max_tokens: 5 })],
    [
      'a conversation with tools',
      talk({ role: 'system', content: 's' }, user(), calls('1', '2'), tool('2'), tool('1'), user()),
    ],
    [
      'results as documents',
      talk(user(), calls('1'), tool('1', [{ type: 'document', document: { data: 'x' } }])),
    ],
    [
      'images and thoughts',
      talk(
        user([{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]),
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm' },
            { type: 'text', text: 'a' },
          ],
        },
        user(),
      ),
    ],
    ['tools and a must', base({ tools: [fn], tool_choice: 'REQUIRED' })],
    ['a schema', base({ response_format: { type: 'json_object', schema: { type: 'object' } } })],
  ])('%s', (_name, body) => {
    expect(checkCohere(wireRequest(body))).toBeUndefined();
  });
});

describe('what Cohere refuses', () => {
  it.each<[string, Json, string]>([
    ['no object', null, 'valid JSON'],
    ['no model', { messages: [user()] }, 'model is required'],
    ['no messages', base({ messages: [] }), 'messages must not be empty'],
    ['members of other vendors', base({ top_p: 1 }), "parameter 'top_p' is not a valid field"],
    ['a high temperature', base({ temperature: 1.2 }), 'from 0 to 1'],
    ['six stop sequences', base({ stop_sequences: ['1', '2', '3', '4', '5', '6'] }), 'at most 5'],
    ['a choice of other vendors', base({ tools: [fn], tool_choice: 'auto' }), "'REQUIRED', 'NONE'"],
    [
      'a format of other vendors',
      base({ response_format: { type: 'json_schema', schema: { type: 'object' } } }),
      "'text' or 'json_object'",
    ],
    ['a named format', base({ response_format: { type: 'json_object', name: 'x' } }), "parameter 'name'"],
    ['a must without tools', base({ tool_choice: 'REQUIRED' }), 'only supported with tools'],
    [
      'strict inside a tool',
      base({ tools: [{ ...fn, function: { ...fn.function, strict: true } }] }),
      "'strict'",
    ],
    ['a developer', talk({ role: 'developer', content: 'x' }, user()), 'role must be one of'],
    ['a named message', talk({ ...user(), name: 'x' }), "'name'"],
    ['an empty text', talk(user('')), 'must not be empty'],
    [
      'an image of the assistant',
      talk(user(), { role: 'assistant', content: [{ type: 'image_url', image_url: { url: 'x' } }] }, user()),
      'not supported for role assistant',
    ],
    [
      'arguments as an object',
      talk(
        user(),
        {
          role: 'assistant',
          tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: {} } }],
        },
        tool('1'),
      ),
      'arguments as a string',
    ],
    ['a call without its result', talk(user(), calls('1'), user()), 'without results: 1'],
    ['a result without its call', talk(user(), tool('1')), "'1' not found"],
    ['an assistant last', talk(user(), { role: 'assistant', content: 'a' }), 'the last message'],
  ])('%s', (_name, body, words) => {
    const problem = checkCohere(wireRequest(body));
    expect([400, 422]).toContain(problem?.status);
    expect(problem?.message).toContain(words);
  });
});
