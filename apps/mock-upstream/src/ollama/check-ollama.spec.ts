import type { Json, JsonObject } from '@turnpike/kernel';
import { wireRequest } from '../wire/fixtures/wire-request';
import { checkOllama } from './check-ollama';

const user = (content: Json = 'hi', extra: JsonObject = {}): JsonObject => ({
  role: 'user',
  content,
  ...extra,
});
const calls = (...names: string[]): JsonObject => ({
  role: 'assistant',
  content: '',
  tool_calls: names.map((name) => ({ function: { name, arguments: {} } })),
});
const tool = (name: string): JsonObject => ({ role: 'tool', content: 'ok', tool_name: name });
const base = (extra: JsonObject = {}): JsonObject => ({ model: 'm', messages: [user()], ...extra });
const talk = (...messages: JsonObject[]): JsonObject => base({ messages });

describe('what Ollama accepts', () => {
  it.each<[string, JsonObject]>([
    [
      'a plain request',
      base({ stream: false, keep_alive: '5m', options: { num_predict: 5, num_ctx: 8192, stop: ['x'] } }),
    ],
    ['a conversation with tools', talk(user(), calls('f', 'g'), tool('f'), tool('g'), user())],
    ['images', talk(user('see', { images: ['AAAA'] }))],
    ['thinking and a schema', base({ think: 'high', format: { type: 'object' } })],
    [
      'a tool',
      base({ tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }] }),
    ],
    ['nothing to say: it only loads the model', talk()],
  ])('%s', (_name, body) => {
    expect(checkOllama(wireRequest(body))).toBeUndefined();
  });
});

describe('what Ollama refuses', () => {
  it.each<[string, Json, string]>([
    ['no object', [], 'missing request body'],
    ['no model', { messages: [] }, 'model is required'],
    ['members of other vendors', base({ temperature: 1 }), 'unknown field "temperature"'],
    ['an unknown option', base({ options: { max_tokens: 1 } }), 'invalid option provided: max_tokens'],
    [
      'parts',
      talk(user([{ type: 'text', text: 'x' }])),
      'cannot unmarshal array into Go struct field ChatRequest.messages.content',
    ],
    [
      'an image with its prefix',
      talk(user('x', { images: ['data:image/png;base64,AAAA'] })),
      'illegal base64 data',
    ],
    ['an unknown role', talk({ role: 'developer', content: 'x' }), 'invalid role'],
    [
      'arguments as a text',
      talk(
        user(),
        { role: 'assistant', content: '', tool_calls: [{ function: { name: 'f', arguments: '{}' } }] },
        tool('f'),
      ),
      'cannot unmarshal string',
    ],
    ['a call without its result', talk(user(), calls('f'), user()), 'without results: f'],
    ['a result without its call', talk(user(), tool('f')), "'f' without a call"],
    ['an unknown effort', base({ think: 'xhigh' }), 'invalid think value'],
    ['an unknown format', base({ format: 'yaml' }), 'invalid format'],
    ['a tool without a name', base({ tools: [{ type: 'function', function: {} }] }), 'function with a name'],
  ])('%s', (_name, body, words) => {
    expect(checkOllama(wireRequest(body))).toMatchObject({
      status: 400,
      message: expect.stringContaining(words) as unknown,
    });
  });
});
