import { GatewayError, type Json, type JsonObject } from '@turnpike/kernel';
import fc from 'fast-check';
import { decodeMessagesRequest, encodeMessagesRequest } from '../anthropic-messages/request';
import { decodeChatRequest, encodeChatRequest } from '../openai-chat/request';

const base: JsonObject = { model: 'm', max_tokens: 20, messages: [{ role: 'user', content: 'hi' }] };
const first = (message: Json): JsonObject => ({ ...base, messages: [message] });
const WRONG: Json[] = [5, 'x', { a: 1 }, [1], true];

/** The path that a refusal names; undefined when the body is taken. */
function refusedPath(decode: (body: JsonObject) => unknown, body: JsonObject): string | undefined {
  try {
    decode(body);
    return undefined;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    expect(error.kind).toBe('bad_request');
    return error.details.param;
  }
}

const SHARED: [string, JsonObject, string][] = [
  ['no model', { ...base, model: undefined }, 'model'],
  ['an empty model', { ...base, model: '' }, 'model'],
  ...WRONG.filter((v) => v !== 'x').map((model): [string, JsonObject, string] => [
    'a wrong model',
    { ...base, model },
    'model',
  ]),
  ['no messages', { ...base, messages: undefined }, 'messages'],
  ['empty messages', { ...base, messages: [] }, 'messages'],
  ...[null, 5, 'x', true, { a: 1 }].map((messages): [string, JsonObject, string] => [
    'wrong messages',
    { ...base, messages },
    'messages',
  ]),
  ...[null, 5, 'x', true, [1]].map((m): [string, JsonObject, string] => [
    'a wrong message',
    first(m),
    'messages[0]',
  ]),
  ...[null, 5, 'robot', true, [1], { a: 1 }].map((role): [string, JsonObject, string] => [
    'a wrong role',
    first({ role, content: 'x' }),
    'messages[0].role',
  ]),
  ['no role', first({ content: 'x' }), 'messages[0].role'],
  ...[5, true].map((content): [string, JsonObject, string] => [
    'wrong content',
    first({ role: 'user', content }),
    'messages[0].content',
  ]),
  ['a number as part', first({ role: 'user', content: [5] }), 'messages[0].content[0]'],
  ['a part of type 5', first({ role: 'user', content: [{ type: 5 }] }), 'messages[0].content[0].type'],
  [
    'a text of 5',
    first({ role: 'user', content: [{ type: 'text', text: 5 }] }),
    'messages[0].content[0].text',
  ],
  ['a stream of 5', { ...base, stream: 5 }, 'stream'],
  ['a temperature in words', { ...base, temperature: 'hot' }, 'temperature'],
  ['a temperature of 1e308', { ...base, temperature: 1e308 }, 'temperature'],
  ['half a token', { ...base, max_tokens: 1.5 }, 'max_tokens'],
  ['tools of null', { ...base, tools: [null] }, 'tools[0]'],
  ['a tool choice of 5', { ...base, tool_choice: 5 }, 'tool_choice'],
  ['metadata in words', { ...base, metadata: 'x' }, 'metadata'],
];

describe.each([
  ['Chat', decodeChatRequest],
  ['Messages', decodeMessagesRequest],
])('%s requests', (_, decode) => {
  it.each(SHARED)('with %s are refused, and told where', (_name, body, param) => {
    expect(refusedPath(decode, body)).toBe(param);
  });

  it('never fail in another way, whatever a member holds', () => {
    const members =
      'messages system stop n tools tool_choice response_format stream_options thinking reasoning reasoning_effort output_config stop_sequences logit_bias metadata functions function_call top_k seed'.split(
        ' ',
      );
    const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(fc.constantFrom(...members), value, (member, json) => {
        refusedPath(
          (body) => {
            const request = decode(body);
            const target = { model: 'm', capabilities: {}, vendor: 'v' };
            encodeChatRequest(request, target);
            encodeMessagesRequest(request, target);
          },
          { ...base, [member]: json },
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('with content of unknown kind are refused by the other dialect', () => {
    const body = first({ role: 'user', content: [{ type: 'hologram', data: 'x' }] });
    const encode = decode === decodeChatRequest ? encodeMessagesRequest : encodeChatRequest;
    const target = { model: 'm', capabilities: {}, vendor: 'v' };
    expect(() => encode(decode(body), target)).toThrow(/Content of type "hologram" is not supported/);
  });
});

it.each<[string, JsonObject, string]>([
  ['a stop of 5', { ...base, stop: 5 }, 'stop'],
  ['no choice at all', { ...base, n: 0 }, 'n'],
  ['a format in words', { ...base, response_format: 'json' }, 'response_format'],
  ['stream options in words', { ...base, stream_options: 'x' }, 'stream_options'],
  ['calls of 5', first({ role: 'assistant', tool_calls: 5 }), 'messages[0].tool_calls'],
  [
    'a call without function',
    first({ role: 'assistant', tool_calls: [{ id: 'a' }] }),
    'messages[0].tool_calls[0].function',
  ],
  ['a result without id', first({ role: 'tool', content: 'x' }), 'messages[0].tool_call_id'],
  ['a tool without name', { ...base, tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
  ['no content', first({ role: 'user' }), 'messages[0].content'],
  ['an effort that is no word', { ...base, reasoning_effort: 3 }, 'reasoning_effort'],
])('Chat requests with %s are refused', (_, body, param) => {
  expect(refusedPath(decodeChatRequest, body)).toBe(param);
});

it.each<[string, JsonObject, string]>([
  ['a system of 5', { ...base, system: 5 }, 'system'],
  ['stops in words', { ...base, stop_sequences: 'x' }, 'stop_sequences'],
  ['thinking in words', { ...base, thinking: 'x' }, 'thinking'],
  [
    'an image without source',
    first({ role: 'user', content: [{ type: 'image' }] }),
    'messages[0].content[0].source',
  ],
  [
    'a tool in the form of another API',
    { ...base, tools: [{ type: 'function', function: { name: 'f' } }] },
    'tools[0]',
  ],
  [
    'a call with a list as input',
    first({ role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: [1] }] }),
    'messages[0].content[0].input',
  ],
])('Messages requests with %s are refused', (_, body, param) => {
  expect(refusedPath(decodeMessagesRequest, body)).toBe(param);
});
