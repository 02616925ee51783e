import type { JsonObject } from '@turnpike/kernel';
import { wrapSignature, type Capabilities } from '@turnpike/protocol';
import { decodeMessagesRequest } from '../../anthropic-messages/request';
import type { EncodedRequest } from '../../dialect';
import { decodeChatRequest, encodeChatRequest } from '.';

/** Of the user `u`. */
const HASH = '0bfe935e70c321c7ca3afc75ce0d0ca2f98b5422e008bb31c00c6d7f1f1c0ad6';
const target = (capabilities: Capabilities, vendor = 'openai') => ({ model: 'up', capabilities, vendor });
const q = { role: 'user', content: 'q' };
const fromMessages = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeChatRequest(
    decodeMessagesRequest({ model: 'm', max_tokens: 9, messages: [q], ...body }),
    target(capabilities),
  );
const fromChat = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeChatRequest(decodeChatRequest({ model: 'm', messages: [q], ...body }), target(capabilities));
const messagesOf = (encoded: EncodedRequest): JsonObject[] => encoded.body.messages as JsonObject[];

const use = (id: string, name = 'f', input: JsonObject = {}): JsonObject => ({
  type: 'tool_use',
  id,
  name,
  input,
});
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ';
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };
const imagePart = { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } };

describe('a plain Messages request', () => {
  it('becomes exactly this', () => {
    const system = [
      { type: 'text', text: 'x-anthropic-billing-header: cc' },
      { type: 'text', text: 'S', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'T' },
    ];
    const { body, losses, restoration } = fromMessages({
      system,
      stream: true,
      temperature: 0.7,
      stop_sequences: ['END'],
    });
    expect(body).toEqual({
      model: 'up',
      messages: [{ role: 'system', content: 'S\n\nT' }, q],
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 9,
      temperature: 0.7,
      stop: ['END'],
    });
    expect(losses).toEqual([]);
    expect(restoration).toEqual({});
  });
});

describe('parameters', () => {
  it.each<[string, JsonObject, Capabilities, JsonObject, string[]]>([
    [
      'the cap has the name that the server knows',
      {},
      { maxTokensField: 'max_tokens' },
      { max_tokens: 9 },
      [],
    ],
    ['the cap is clamped', {}, { maxOutputTokens: 5 }, { max_completion_tokens: 5 }, ['clamped:max_tokens']],
    ['top_k does not exist', { top_k: 5 }, {}, { max_completion_tokens: 9 }, ['dropped:top_k']],
    [
      'reasoning models take no knobs',
      { temperature: 0, top_p: 0.5 },
      { noSampling: true },
      { max_completion_tokens: 9 },
      ['dropped:temperature', 'dropped:top_p'],
    ],
    [
      'stops beyond the limit are ours',
      { stop_sequences: ['a', 'b'] },
      { stopLimit: 1 },
      { max_completion_tokens: 9, stop: ['a'] },
      ['emulated:stop'],
    ],
    [
      'users are hashed',
      { metadata: { user_id: 'u' } },
      {},
      { max_completion_tokens: 9, user: HASH, prompt_cache_key: HASH },
      [],
    ],
    [
      'minimal servers get none',
      { metadata: { user_id: 'u' } },
      { minimalFields: true },
      { max_tokens: 9 },
      ['dropped:user'],
    ],
    [
      'tiers are translated',
      { service_tier: 'standard_only' },
      {},
      { max_completion_tokens: 9, service_tier: 'default' },
      [],
    ],
    [
      'members of its vendor are named',
      { context_management: {}, container: 'c' },
      {},
      { max_completion_tokens: 9 },
      ['dropped:context_management', 'dropped:container'],
    ],
    ['a cache warm-up is a cap of one', { max_tokens: 0 }, {}, { max_completion_tokens: 1 }, []],
  ])('%s', (_, body, capabilities, ...[expected, losses]) => {
    const encoded = fromMessages(body, capabilities);
    const { model: _model, messages: _messages, ...rest } = encoded.body;
    expect(rest).toEqual(expected);
    expect(encoded.losses).toEqual(losses);
  });

  it('does not ask for usage where the server refuses it', () => {
    expect(fromMessages({ stream: true }, { noStreamOptions: true }).body).not.toHaveProperty(
      'stream_options',
    );
  });

  it('leaves what its own client wrote', () => {
    const body = {
      seed: 1,
      n: 2,
      user: 'u',
      store: false,
      provider: { order: ['x'] },
      logprobs: true,
      top_logprobs: 2,
      top_k: 3,
      verbosity: 'low',
      metadata: { a: 'b' },
      service_tier: 'flex',
      prompt_cache_key: 'k',
      response_format: { type: 'text' },
    };
    expect(fromChat(body).body).toMatchObject(body);
    expect(fromChat({ ...body, n: 1 }, { minimalFields: true }).losses).toEqual(
      expect.arrayContaining(['dropped:seed', 'dropped:provider', 'dropped:logprobs']),
    );
  });

  it('tells the client of a thread to send the conversation whole', () => {
    expect(() => fromMessages({ thread: { type: 'create' } })).toThrow(/thread is not supported/);
  });
});

describe('thinking', () => {
  const budget = (n: number): JsonObject => ({ thinking: { type: 'enabled', budget_tokens: n } });
  it.each<[string, JsonObject, Capabilities, JsonObject]>([
    ['a budget is an effort', budget(8_000), {}, { reasoning_effort: 'medium' }],
    ['a large one', budget(31_999), {}, { reasoning_effort: 'xhigh' }],
    [
      'clamped to the words of the model',
      budget(31_999),
      { efforts: ['low', 'medium', 'high'] },
      { reasoning_effort: 'high' },
    ],
    ['left to the model', { thinking: { type: 'adaptive' } }, {}, {}],
    [
      'an effort word',
      { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
      {},
      { reasoning_effort: 'xhigh' },
    ],
    ['switched off', { thinking: { type: 'disabled' } }, {}, { reasoning_effort: 'none' }],
    [
      'switched off where none is not a word',
      { thinking: { type: 'disabled' } },
      { efforts: ['minimal', 'low'] },
      { reasoning_effort: 'minimal' },
    ],
    ['models that cannot think', budget(8_000), { reasoningField: 'none' }, {}],
    ['as reasoning', budget(8_000), { reasoningField: 'reasoning' }, { reasoning: { max_tokens: 8_000 } }],
    ['as a switch', budget(8_000), { reasoningField: 'thinking' }, { thinking: { type: 'enabled' } }],
    [
      'as a switch with words',
      budget(8_000),
      { reasoningField: 'thinking', efforts: ['none', 'high', 'max'] },
      { thinking: { type: 'enabled' }, reasoning_effort: 'high' },
    ],
    [
      'as a switch with a budget',
      budget(8_000),
      { reasoningField: 'enable_thinking' },
      { enable_thinking: true, thinking_budget: 8_000 },
    ],
    [
      'as an argument of the template',
      { thinking: { type: 'disabled' } },
      { reasoningField: 'chat_template_kwargs' },
      { chat_template_kwargs: { enable_thinking: false } },
    ],
  ])('%s', (_, body, capabilities, expected) => {
    const {
      model: _m,
      messages: _ms,
      max_completion_tokens: _c,
      ...rest
    } = fromMessages(body, capabilities).body;
    expect(rest).toEqual(expected);
  });

  it('is sent back only to those who want it', () => {
    const answer = {
      role: 'assistant',
      content: [{ type: 'thinking', thinking: 'hm', signature: 'sig' }, use('a')],
    };
    const messages = [
      q,
      answer,
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'r' }] },
    ];
    expect(messagesOf(fromMessages({ messages }))[1]).not.toHaveProperty('reasoning_content');
    expect(fromMessages({ messages }).losses).toEqual(['dropped:reasoning']);
    expect(messagesOf(fromMessages({ messages }, { echoReasoning: true }))[1]).toMatchObject({
      reasoning_content: 'hm',
    });
    const lost = [q, { role: 'assistant', content: [use('a')] }];
    expect(messagesOf(fromMessages({ messages: lost }, { echoReasoning: true }))[1]).toMatchObject({
      reasoning_content: '',
    });
  });

  it('gives a server its own details back, without what we wrapped', () => {
    const own = { type: 'reasoning.text', text: 'hm', format: 'unknown' };
    const ours = {
      type: 'reasoning.text',
      text: 'x',
      signature: wrapSignature({ vendor: 'anthropic', kind: 'thinking', value: 's' }),
    };
    const messages = [q, { role: 'assistant', content: 'a', reasoning_details: [own, ours] }, q];
    expect(messagesOf(fromChat({ messages }, { reasoningDetails: true }))[1]).toMatchObject({
      reasoning_details: [own],
    });
  });
});

describe('messages', () => {
  const result = (id: string, content: JsonObject['x'], more: JsonObject = {}): JsonObject => ({
    type: 'tool_result',
    tool_use_id: id,
    content,
    ...more,
  });
  const afterCalls = (...blocks: JsonObject[]): JsonObject[] =>
    messagesOf(
      fromMessages({
        messages: [
          q,
          { role: 'assistant', content: [use('a'), use('b')] },
          { role: 'user', content: blocks },
        ],
      }),
    ).slice(2);

  it.each<[string, JsonObject[], JsonObject[]]>([
    [
      'results come in the order of the calls, then the words',
      [result('b', '2'), { type: 'text', text: 't' }, result('a', '1')],
      [
        { role: 'tool', tool_call_id: 'a', content: '1' },
        { role: 'tool', tool_call_id: 'b', content: '2' },
        { role: 'user', content: 't' },
      ],
    ],
    [
      'errors are marked once',
      [result('a', 'no', { is_error: true }), result('b', 'Error: no', { is_error: true })],
      [
        { role: 'tool', tool_call_id: 'a', content: 'Error: no' },
        { role: 'tool', tool_call_id: 'b', content: 'Error: no' },
      ],
    ],
    [
      'an empty result is an empty text',
      [result('a', ''), result('b', [])],
      [
        { role: 'tool', tool_call_id: 'a', content: '' },
        { role: 'tool', tool_call_id: 'b', content: '' },
      ],
    ],
    [
      'references become words',
      [result('a', [{ type: 'tool_reference', tool_name: 'x' }]), result('b', 'r')],
      [
        { role: 'tool', tool_call_id: 'a', content: 'The tool x is available.' },
        { role: 'tool', tool_call_id: 'b', content: 'r' },
      ],
    ],
    [
      'images follow all results',
      [result('a', [{ type: 'text', text: 'shot' }, image]), result('b', [image])],
      [
        { role: 'tool', tool_call_id: 'a', content: 'shot\n[see attached file 1]' },
        { role: 'tool', tool_call_id: 'b', content: '[see attached file 2]' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'File 1 (result of a):' },
            imagePart,
            { type: 'text', text: 'File 2 (result of b):' },
            imagePart,
          ],
        },
      ],
    ],
  ])('%s', (_, blocks, expected) => {
    expect(afterCalls(...blocks)).toEqual(expected);
  });

  it('writes calls with their arguments as text, and the words around them', () => {
    const content = [
      { type: 'text', text: 'A' },
      { type: 'text', text: 'B' },
      use('a', 'f', { x: 1 }),
      { type: 'text', text: 'C' },
    ];
    const [, answer] = messagesOf(fromMessages({ messages: [q, { role: 'assistant', content }, q] }));
    expect(answer).toEqual({
      role: 'assistant',
      content: 'AB\n\nC',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
    });
  });

  it.each<[string, Capabilities, (string | undefined)[]]>([
    ['as they are', {}, ['system', 'user', 'system', 'user']],
    ['for developers', { systemRole: 'developer' }, ['developer', 'user', 'developer', 'user']],
    ['at the start alone', { singleSystem: true }, ['system', 'user', 'user', 'user']],
    ['nowhere', { systemRole: 'none' }, ['user', 'user', 'user']],
  ])('places system prompts: %s', (_, capabilities, roles) => {
    const encoded = fromMessages(
      { system: 'S', messages: [q, { role: 'system', content: 's' }, q] },
      capabilities,
    );
    expect(messagesOf(encoded).map((m) => m.role)).toEqual(roles);
  });

  it('rewrites ids that the server refuses, on both sides', () => {
    const [, answer, reply] = messagesOf(
      fromMessages(
        { messages: [q, { role: 'assistant', content: [use('toolu_1')] }] },
        { toolCallIdPattern: 'mistral9' },
      ),
    );
    expect(reply?.tool_call_id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(answer?.tool_calls).toMatchObject([{ id: reply?.tool_call_id }]);
  });

  it('continues a prefill where the server can, and refuses it elsewhere', () => {
    const messages = [q, { role: 'assistant', content: 'I' }];
    expect(messagesOf(fromMessages({ messages }, { prefill: true }))[1]).toEqual({
      role: 'assistant',
      content: 'I',
      prefix: true,
    });
    expect(() => fromMessages({ messages })).toThrow(/prefill is not supported/);
    expect(messagesOf(fromChat({ messages }))[1]).toEqual({ role: 'assistant', content: 'I' });
  });

  it('keeps names for servers that take them', () => {
    const messages = [{ ...q, name: 'Ada' }];
    expect(messagesOf(fromChat({ messages }))[0]).toEqual({ ...q, name: 'Ada' });
    expect(messagesOf(fromChat({ messages }, { participantNames: false }))[0]).toEqual(q);
  });
});
