import { GatewayError, parseJson, stringifyJson, type JsonObject } from '@turnpike/kernel';
import { NO_USAGE, type ChatResponse, type Part } from '@turnpike/protocol';
import type { AnswerView } from '../../dialect';
import { decodeChatResponse } from './decode-chat-response';
import { encodeChatResponse } from './encode-chat-response';

const VIEW: AnswerView = { id: '1', model: 'alias', createdAt: 5, includeUsage: false, inputEstimate: 12 };
const body = (message: JsonObject, rest: JsonObject = {}): JsonObject => ({
  id: 'chatcmpl-u',
  created: 9,
  model: 'm',
  choices: [{ index: 0, message, finish_reason: 'stop', ...rest }],
});
const call = (args: string): Part => ({ kind: 'call', id: 'a', name: 'f', args, tool: 'function' });
const fn = (args: JsonObject | string | null): JsonObject => ({
  id: 'a',
  type: 'function',
  function: { name: 'f', arguments: args },
});

describe('decodeChatResponse', () => {
  it.each<[string, JsonObject, Part[]]>([
    ['text', { content: 'a' }, [{ kind: 'text', text: 'a' }]],
    ['no text', { content: '' }, []],
    ['null and a call', { content: null, tool_calls: [fn('{"x":1}')] }, [call('{"x":1}')]],
    ['blank arguments', { tool_calls: [fn('')] }, [call('{}')]],
    ['null arguments', { tool_calls: [fn(null)] }, [call('{}')]],
    ['object arguments', { tool_calls: [fn({ x: 1 })] }, [call('{"x":1}')]],
    [
      'a free-text call',
      { tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'f', input: 'x' } }] },
      [{ ...call('x'), tool: 'custom' } as Part],
    ],
    [
      'the legacy call',
      { function_call: { name: 'f', arguments: '{}' } },
      [{ ...call('{}'), id: '' } as Part],
    ],
    [
      'reasoning, text and a call in this order',
      { tool_calls: [fn('{}')], content: 'a', reasoning_content: 'r' },
      [{ kind: 'reasoning', text: 'r' }, { kind: 'text', text: 'a' }, call('{}')],
    ],
    [
      'a list of parts',
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      [{ kind: 'text', text: 'ab' }],
    ],
    ['a refusal', { content: null, refusal: 'no' }, [{ kind: 'refusal', text: 'no' }]],
    [
      'an image',
      { content: '', images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,eA==' } }] },
      [{ kind: 'image', source: { kind: 'base64', mimeType: 'image/png', data: 'eA==' } }],
    ],
    [
      'annotations',
      { content: 'a', annotations: [{ type: 'url_citation' }] },
      [{ kind: 'text', text: 'a', citations: [{ type: 'url_citation' }] }],
    ],
  ])('reads %s', (_, message, expected) => {
    expect(decodeChatResponse(body(message)).parts).toEqual(expected);
  });

  it.each<[string, JsonObject, Partial<ChatResponse>]>([
    ['stop', body({ content: 'a' }), { stop: 'end' }],
    ['stop with a call', body({ tool_calls: [fn('{}')] }), { stop: 'tool' }],
    [
      'length with a call',
      body({ tool_calls: [fn('{"a')] }, { finish_reason: 'length' }),
      { stop: 'length' },
    ],
    [
      'function_call',
      body({ function_call: { name: 'f', arguments: '{}' } }, { finish_reason: 'function_call' }),
      { stop: 'tool' },
    ],
    ['a refusal', body({ refusal: 'no' }), { stop: 'refusal' }],
    [
      'a matched stop',
      body({ content: 'a' }, { stop_reason: 'END' }),
      { stop: 'stop_sequence', stopSequence: 'END' },
    ],
    ['error', body({ content: 'a' }, { finish_reason: 'error' }), { stop: 'error' }],
    ['no choices', { id: 'x' }, { stop: 'error' }],
  ])('tells the stop of %s', (_, wire, expected) => {
    expect(decodeChatResponse(wire)).toMatchObject(expected);
  });
});

describe('choices', () => {
  const choice = (index: number, content: string): JsonObject => ({
    index,
    message: { content },
    finish_reason: 'stop',
  });

  it('are taken by their indexes', () => {
    const answer = decodeChatResponse({ choices: [choice(1, 'b'), choice(0, 'a')] });
    expect(answer.parts).toEqual([{ kind: 'text', text: 'a' }]);
    expect(answer.others).toMatchObject([{ choice: 1, parts: [{ kind: 'text', text: 'b' }] }]);
  });
});

describe('encodeChatResponse', () => {
  const encode = (response: ChatResponse): JsonObject => encodeChatResponse(response, VIEW);
  const usage = { ...NO_USAGE, input: 1, output: 2 };

  it('writes a whole body', () => {
    expect(encode({ parts: [{ kind: 'text', text: 'a' }], stop: 'end', usage })).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 5,
      model: 'alias',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'a', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 1,
        completion_tokens: 2,
        total_tokens: 3,
        prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    });
  });

  it.each<[string, Part[], JsonObject]>([
    ['calls alone', [call('{"x":1}')], { content: null, tool_calls: [fn('{"x":1}')] }],
    ['cut-off arguments', [call('{"x')], { content: null, tool_calls: [fn('{"x')] }],
    ['nothing', [], { content: '' }],
    [
      'several texts',
      [{ kind: 'text', text: 'a' }, call('{}'), { kind: 'text', text: 'b' }],
      { content: 'ab', tool_calls: [fn('{}')] },
    ],
    ['a refusal', [{ kind: 'refusal', text: 'no' }], { content: null, refusal: 'no' }],
    [
      'signed reasoning',
      [{ kind: 'reasoning', text: 't', signature: { vendor: 'anthropic', value: 's' } }],
      {
        content: '',
        reasoning_content: 't',
        reasoning_details: [
          { type: 'reasoning.text', text: 't', signature: 's', format: 'anthropic-claude-v1', index: 0 },
        ],
      },
    ],
  ])('writes %s', (_, parts, message) => {
    expect(encode({ parts, stop: 'end' }).choices).toMatchObject([
      { message: { role: 'assistant', refusal: null, ...message } },
    ]);
  });

  it('estimates usage that was not reported', () => {
    expect(encode({ parts: [{ kind: 'text', text: 'seven b' }], stop: 'end' }).usage).toMatchObject({
      prompt_tokens: 12,
      completion_tokens: 2,
    });
  });

  it('keeps every digit of an argument', () => {
    const wire = parseJson(
      '{"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"n":9007199254740993}}}]},"finish_reason":"stop"}]}',
    );
    const answer = decodeChatResponse(wire as JsonObject);
    expect(stringifyJson(encode(answer))).toContain('"arguments":"{\\"n\\":9007199254740993}"');
  });

  it.each(['error', 'malformed_call'] as const)('refuses an answer that ended in %s', (stop) => {
    expect(() => encode({ parts: [], stop })).toThrow(GatewayError);
  });
});
