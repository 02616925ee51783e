import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import type { EncodedRequest } from '../../dialect';
import { DIALECTS } from '../../registry';
import { encodeOllamaRequest } from '.';

const q = { role: 'user', content: 'q' };
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ';
const OBJECT = { type: 'object', properties: {} };
const target = (capabilities: Capabilities) => ({ model: 'up', capabilities, vendor: 'ollama' });
const fromMessages = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeOllamaRequest(
    DIALECTS['anthropic-messages'].decodeRequest({ model: 'm', max_tokens: 9, messages: [q], ...body }),
    target(capabilities),
  );
const fromChat = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeOllamaRequest(
    DIALECTS['openai-chat'].decodeRequest({ model: 'm', messages: [q], ...body }),
    target(capabilities),
  );
const without = ({ body }: EncodedRequest): JsonObject => {
  const { model: _model, messages: _messages, stream: _stream, ...rest } = body;
  return rest;
};
const tool = (name: string): JsonObject => ({ name, input_schema: OBJECT });
const fn = (name: string): JsonObject => ({ type: 'function', function: { name, parameters: OBJECT } });
const use = (id: string, name = 'f'): JsonObject => ({ type: 'tool_use', id, name, input: { x: 1 } });
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };

it('says a plain request in its own words', () => {
  const { body, losses } = fromMessages({
    system: 'S',
    temperature: 0.7,
    top_p: 0.9,
    top_k: 5,
    stop_sequences: ['END'],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'look' }, image, { type: 'text', text: 'q' }] },
    ],
  });
  expect(body).toEqual({
    model: 'up',
    messages: [
      { role: 'system', content: 'S' },
      { role: 'user', content: 'look\n\nq', images: [PNG] },
    ],
    stream: false,
    options: { num_predict: 9, temperature: 0.7, top_p: 0.9, top_k: 5, stop: ['END'] },
  });
  expect(losses).toEqual([]);
});

describe('parameters', () => {
  it.each<[string, JsonObject, Capabilities, JsonObject, string[]]>([
    ['nothing', {}, {}, {}, []],
    [
      'the context window of the model',
      {},
      { contextWindow: 131_072 },
      { options: { num_ctx: 131_072 } },
      [],
    ],
    ['one that fits', {}, { contextWindow: 131_072, numCtx: 32_768 }, { options: { num_ctx: 32_768 } }, []],
    [
      'knobs',
      { seed: 7, presence_penalty: 0.5, frequency_penalty: 1, temperature: 1.7 },
      {},
      { options: { temperature: 1.7, presence_penalty: 0.5, frequency_penalty: 1, seed: 7 } },
      [],
    ],
    [
      'what does not exist',
      { logprobs: true, user: 'u', logit_bias: { 1: 1 } },
      {},
      {},
      ['dropped:logprobs', 'dropped:user', 'dropped:logit_bias'],
    ],
    ['a model that thinks', { reasoning_effort: 'high' }, {}, { think: true }, []],
    ['a model that thinks, told not to', { reasoning_effort: 'none' }, {}, { think: false }, []],
    [
      'a model that takes words',
      { reasoning_effort: 'xhigh' },
      { thinking: 'effort' },
      { think: 'high' },
      ['clamped:effort'],
    ],
    [
      'a model that does not think',
      { reasoning_effort: 'high' },
      { thinking: 'none' },
      {},
      ['dropped:thinking'],
    ],
    ['a model that does not think, told not to', { reasoning_effort: 'none' }, { thinking: 'none' }, {}, []],
    ['JSON', { response_format: { type: 'json_object' } }, {}, { format: 'json' }, []],
    [
      'a structure',
      { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: OBJECT } } },
      {},
      { format: OBJECT },
      [],
    ],
  ])('%s', (_, body, capabilities, expected, losses) => {
    const encoded = fromChat(body, capabilities);
    expect(without(encoded)).toEqual(expected);
    expect(encoded.losses).toEqual(losses);
  });

  it('asks for JSON in words where tools are to be called, or where the model has no mode', () => {
    const body = { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: OBJECT } } };
    for (const encoded of [
      fromChat({ ...body, tools: [fn('f')] }),
      fromChat(body, { structuredOutput: 'none' }),
    ]) {
      expect(encoded.body.format).toBeUndefined();
      expect(encoded.body.messages).toMatchObject([{ role: 'system' }, q]);
      expect(encoded.restoration).toEqual({ stripFences: true });
    }
  });
});

describe('messages', () => {
  it('links results by the name of their call and by their order', () => {
    const messages = [
      q,
      {
        role: 'assistant',
        content: [{ type: 'text', text: 'I look.' }, use('1'), use('2', 'g.h'), use('3')],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: '3', content: [image] },
          { type: 'tool_result', tool_use_id: '1', content: 'one' },
          { type: 'tool_result', tool_use_id: '2', content: 'no', is_error: true },
        ],
      },
    ];
    const { body, losses } = fromMessages({ messages });
    const call = (name: string): JsonObject => ({ function: { name, arguments: { x: 1 } } });
    expect(body.messages).toEqual([
      q,
      { role: 'assistant', content: 'I look.', tool_calls: [call('f'), call('g_h'), call('f')] },
      { role: 'tool', content: 'one', tool_name: 'f' },
      { role: 'tool', content: 'Error: no', tool_name: 'g_h' },
      { role: 'tool', content: '[see attached file 1]', tool_name: 'f' },
      { role: 'user', content: 'File 1 (result of 3):', images: [PNG] },
    ]);
    expect(losses).toEqual(['renamed_tools:1']);
  });

  it('keeps every digit of arguments', () => {
    const messages = [
      q,
      {
        role: 'assistant',
        tool_calls: [
          { id: '1', type: 'function', function: { name: 'f', arguments: '{"id":12345678901234567890}' } },
        ],
      },
    ];
    const [, answer] = fromChat({ messages }).body.messages as JsonObject[];
    const [call] = answer?.tool_calls as JsonObject[];
    expect(String((call?.function as { arguments: { id: string } }).arguments.id)).toMatch(
      /12345678901234567890$/,
    );
  });

  it('gives thinking back to templates that want it, and never what a vendor signed', () => {
    const thoughts = [
      { type: 'thinking', thinking: 'mine', signature: '' },
      { type: 'thinking', thinking: 'theirs', signature: 'sig_1' },
    ];
    const messages = [q, { role: 'assistant', content: [...thoughts, { type: 'text', text: 'a' }] }, q];
    const [, kept] = fromMessages({ messages }, { echoReasoning: true }).body.messages as JsonObject[];
    expect(kept).toEqual({ role: 'assistant', content: 'a', thinking: 'mine' });
    const none = fromMessages({ messages });
    expect([(none.body.messages as JsonObject[])[1], none.losses]).toEqual([
      { role: 'assistant', content: 'a' },
      ['dropped:reasoning'],
    ]);
  });

  it('places system turns where they stand, or as the user’s words', () => {
    const messages = [q, { role: 'assistant', content: 'a' }, { role: 'system', content: 's' }, q];
    const roles = (capabilities: Capabilities): unknown =>
      (fromMessages({ system: 'S', messages }, capabilities).body.messages as JsonObject[]).map(
        (m) => m.role,
      );
    expect(roles({})).toEqual(['system', 'user', 'assistant', 'system', 'user']);
    expect(roles({ singleSystem: true })).toEqual(['system', 'user', 'assistant', 'user', 'user']);
    expect(roles({ systemRole: 'none' })).toEqual(['user', 'assistant', 'user', 'user']);
  });

  it.each<[string, JsonObject, Capabilities, RegExp]>([
    [
      'an image by URL',
      { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } },
      {},
      /cannot be fetched/,
    ],
    ['an image for a blind model', image, { images: false }, /takes no images/],
    [
      'a file of another vendor',
      { type: 'image', source: { type: 'file', file_id: 'f' } },
      {},
      /belongs to anthropic/,
    ],
  ])('refuses %s', (_, block, capabilities, message) => {
    expect(() => fromMessages({ messages: [{ role: 'user', content: [block] }] }, capabilities)).toThrow(
      message,
    );
  });
});

describe('tools', () => {
  it.each<[string, JsonObject, JsonObject[] | undefined, string[]]>([
    ['a tool', { tools: [tool('f')] }, [fn('f')], []],
    ['any', { tools: [tool('f')], tool_choice: { type: 'any' } }, [fn('f')], ['dropped:tool_choice']],
    [
      'one',
      { tools: [tool('f'), tool('g')], tool_choice: { type: 'tool', name: 'g' } },
      [fn('g')],
      ['dropped:tool_choice'],
    ],
    ['none', { tools: [tool('f')], tool_choice: { type: 'none' } }, undefined, []],
  ])('%s', (_, body, tools, losses) => {
    const encoded = fromMessages(body);
    expect(encoded.body.tools).toEqual(tools);
    expect(encoded.losses).toEqual(losses);
  });

  it('says in words that none may be called where the history needs them', () => {
    const messages = [q, { role: 'assistant', content: [use('1')] }];
    const { body } = fromMessages({ messages, tools: [tool('f')], tool_choice: { type: 'none' } });
    expect(body.tools).toEqual([fn('f')]);
    expect((body.messages as JsonObject[])[0]).toEqual({
      role: 'system',
      content: 'Do not call any tool in this answer.',
    });
  });
});
