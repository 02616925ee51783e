import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import type { EncodedRequest } from '../../dialect';
import { DIALECTS } from '../../registry';
import { encodeCohereRequest } from '.';

const q = { role: 'user', content: 'q' };
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ';
const OBJECT = { type: 'object', properties: {} };
const target = (capabilities: Capabilities) => ({ model: 'up', capabilities, vendor: 'cohere' });
const fromMessages = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeCohereRequest(
    DIALECTS['anthropic-messages'].decodeRequest({ model: 'm', max_tokens: 9, messages: [q], ...body }),
    target(capabilities),
  );
const fromChat = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeCohereRequest(
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

it('says a plain request in its own words', () => {
  const { body, losses } = fromMessages({
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc' },
      { type: 'text', text: 'S', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'T' },
    ],
    stream: true,
    temperature: 0.7,
    top_p: 0.9,
    top_k: 5,
    stop_sequences: ['END'],
  });
  expect(body).toEqual({
    model: 'up',
    messages: [{ role: 'system', content: 'S\n\nT' }, q],
    stream: true,
    max_tokens: 9,
    temperature: 0.7,
    p: 0.9,
    k: 5,
    stop_sequences: ['END'],
  });
  expect(losses).toEqual([]);
});

describe('parameters', () => {
  it.each<[string, JsonObject, Capabilities, JsonObject, string[]]>([
    [
      'ranges of another scale',
      { temperature: 1.7, top_p: 1, presence_penalty: -1, frequency_penalty: 2 },
      {},
      { temperature: 1, p: 0.99, frequency_penalty: 1, presence_penalty: 0 },
      ['clamped:temperature', 'clamped:top_p', 'clamped:frequency_penalty', 'clamped:presence_penalty'],
    ],
    ['a seed', { seed: 7 }, {}, { seed: 7 }, []],
    ['a seed below 0', { seed: -7 }, {}, {}, ['dropped:seed']],
    ['logprobs', { logprobs: true, top_logprobs: 3 }, {}, { logprobs: true }, ['dropped:top_logprobs']],
    [
      'a cap above the model’s',
      { max_tokens: 9_000 },
      { maxOutputTokens: 4_096 },
      { max_tokens: 4_096 },
      ['clamped:max_tokens'],
    ],
    [
      'more stops than the model takes',
      { stop: ['a', 'b', 'c', 'd'] },
      { stopLimit: 2 },
      { stop_sequences: ['a', 'b'] },
      ['emulated:stop'],
    ],
    [
      'users',
      { user: 'u', metadata: { a: 'b' }, service_tier: 'flex' },
      {},
      {},
      ['dropped:user', 'dropped:service_tier', 'dropped:metadata'],
    ],
    [
      'knobs of a model that fixes them',
      { temperature: 0, top_p: 1, presence_penalty: 0.5 },
      { noSampling: true },
      {},
      ['dropped:temperature', 'dropped:presence_penalty'],
    ],
    [
      'a model that thinks, asked',
      { reasoning_effort: 'high' },
      {},
      { thinking: { type: 'enabled', token_budget: 24_576 } },
      [],
    ],
    [
      'a model that thinks, asked for little room',
      { reasoning_effort: 'high', max_tokens: 1_000 },
      {},
      { max_tokens: 1_000, thinking: { type: 'enabled', token_budget: 500 } },
      ['clamped:budget_tokens'],
    ],
    [
      'a model that thinks, told not to',
      { reasoning_effort: 'none' },
      {},
      { thinking: { type: 'disabled' } },
      [],
    ],
    [
      'a model that does not think',
      { reasoning_effort: 'high' },
      { thinking: 'none' },
      {},
      ['dropped:thinking'],
    ],
  ])('%s', (_, body, capabilities, expected, losses) => {
    const encoded = fromChat(body, capabilities);
    expect(without(encoded)).toEqual(expected);
    expect(encoded.losses).toEqual(losses);
  });

  it('enforces more stops than five itself', () => {
    const stop_sequences = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { body, restoration } = fromMessages({ stop_sequences });
    expect([body.stop_sequences, restoration]).toEqual([stop_sequences.slice(0, 5), { localStops: ['f'] }]);
  });
});

describe('messages', () => {
  it('says what stands beside calls as their plan', () => {
    const messages = [
      q,
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'plan', signature: '' },
          { type: 'thinking', thinking: 'signed', signature: 'sig_1' },
          { type: 'text', text: 'I look.' },
          use('1'),
          use('2', 'a-b'),
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: '2', content: 'no', is_error: true },
          { type: 'tool_result', tool_use_id: '1', content: '' },
          { type: 'text', text: 'and?' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'x', signature: '' },
          { type: 'text', text: 'Done.' },
        ],
      },
      q,
    ];
    const { body, losses, restoration } = fromMessages({ messages });
    expect(body.messages).toEqual([
      q,
      {
        role: 'assistant',
        tool_calls: [
          { id: '1', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
          { id: '2', type: 'function', function: { name: 'a_b', arguments: '{"x":1}' } },
        ],
        tool_plan: 'plan\n\nI look.',
      },
      { role: 'tool', tool_call_id: '1', content: '(no output)' },
      { role: 'tool', tool_call_id: '2', content: 'Error: no' },
      { role: 'user', content: 'and?' },
      { role: 'assistant', content: 'Done.' },
      q,
    ]);
    expect(losses).toEqual(['dropped:reasoning', 'renamed_tools:1']);
    expect(restoration.tools?.get('a_b')).toEqual({ name: 'a-b' });
  });

  it('shows images, and those of results behind all results', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };
    const part = { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } };
    const messages = [
      { role: 'user', content: [{ type: 'text', text: 'look' }, image] },
      { role: 'assistant', content: [use('1')] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: '1', content: [image] }] },
    ];
    expect(
      (fromMessages({ messages }).body.messages as JsonObject[]).filter((m) => m.role !== 'assistant'),
    ).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'look' }, part] },
      { role: 'tool', tool_call_id: '1', content: '[see attached file 1]' },
      { role: 'user', content: [{ type: 'text', text: 'File 1 (result of 1):' }, part] },
    ]);
    expect(() => fromMessages({ messages }, { images: false })).toThrow(/takes no images/);
    const blind = fromMessages({ messages: [q, ...messages.slice(1)] }, { images: false });
    expect(JSON.stringify(blind.body)).toContain('[image omitted: model has no vision]');
  });

  it.each<[string, JsonObject, RegExp]>([
    [
      'documents',
      {
        type: 'document',
        source: {
          type: 'base64',
          media_type: 'application/pdf',
          data: Buffer.from('%PDF-1.7 x').toString('base64'),
        },
      },
      /takes no documents/,
    ],
    ['files of others', { type: 'image', source: { type: 'file', file_id: 'f' } }, /belongs to anthropic/],
  ])('refuses %s', (_, block, message) => {
    expect(() => fromMessages({ messages: [{ role: 'user', content: [block] }] })).toThrow(message);
  });

  it('refuses a prefill, and speaks to nobody with a word', () => {
    expect(() => fromMessages({ messages: [q, { role: 'assistant', content: 'I' }] })).toThrow(/prefill/);
    expect(fromMessages({ messages: [{ role: 'user', content: ' ' }] }).body.messages).toEqual([
      { role: 'user', content: '(continued)' },
    ]);
  });
});

describe('tools and formats', () => {
  it.each<[string, JsonObject, Capabilities, JsonObject, string[]]>([
    ['a tool', { tools: [tool('f')] }, {}, { tools: [fn('f')] }, []],
    ['auto', { tools: [tool('f')], tool_choice: { type: 'auto' } }, {}, { tools: [fn('f')] }, []],
    [
      'any',
      { tools: [tool('f')], tool_choice: { type: 'any' } },
      {},
      { tools: [fn('f')], tool_choice: 'REQUIRED' },
      [],
    ],
    [
      'none',
      { tools: [tool('f')], tool_choice: { type: 'none' } },
      {},
      { tools: [fn('f')], tool_choice: 'NONE' },
      [],
    ],
    [
      'one',
      { tools: [tool('f'), tool('g')], tool_choice: { type: 'tool', name: 'g' } },
      {},
      { tools: [fn('g')], tool_choice: 'REQUIRED' },
      [],
    ],
    [
      'no choice to be made',
      { tools: [tool('f')], tool_choice: { type: 'any' } },
      { toolChoice: false },
      { tools: [fn('f')] },
      ['dropped:tool_choice'],
    ],
    [
      'one call at a time',
      { tools: [tool('f')], tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      {},
      { tools: [fn('f')] },
      ['dropped:parallel_tool_calls'],
    ],
  ])('%s', (_, body, capabilities, expected, losses) => {
    const encoded = fromMessages(body, capabilities);
    expect(without(encoded)).toEqual({ max_tokens: 9, ...expected });
    expect(encoded.losses).toEqual(losses);
  });

  it('never begins a name with a digit', () => {
    const { body, restoration } = fromMessages({ tools: [tool('1st.tool')] });
    expect(body.tools).toEqual([fn('_st_tool')]);
    expect(restoration.tools?.get('_st_tool')).toEqual({ name: '1st.tool' });
  });

  const schema = { type: 'object', properties: { n: { type: 'number' } } };
  const format = (wanted: JsonObject): JsonObject => ({
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: wanted } },
  });

  it('asks for a structure, or for JSON, or in words', () => {
    expect(fromChat(format(schema)).body.response_format).toEqual({
      type: 'json_object',
      schema,
    });
    expect(fromChat({ response_format: { type: 'json_object' } }).body.response_format).toEqual({
      type: 'json_object',
    });
    const tools = [{ type: 'function', function: { name: 'f', parameters: OBJECT } }];
    for (const body of [format({ type: 'array' }), { ...format(schema), tools }]) {
      const words = fromChat(body);
      expect(words.body.response_format).toBeUndefined();
      expect(words.body.messages).toMatchObject([{ role: 'system' }, q]);
      expect(words.restoration).toEqual({ stripFences: true });
    }
  });
});
