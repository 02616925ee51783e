import type { Json, JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import type { EncodedRequest } from '../../dialect';
import { decodeChatRequest } from '../../openai-chat/request';
import { decodeMessagesRequest, encodeMessagesRequest, toCountTokensBody } from '.';

const target = (capabilities: Capabilities) => ({ model: 'up', capabilities, vendor: 'anthropic' });
const q = { role: 'user', content: 'q' };
const fromChat = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeMessagesRequest(decodeChatRequest({ model: 'm', messages: [q], ...body }), target(capabilities));
const fromMessages = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeMessagesRequest(
    decodeMessagesRequest({ model: 'm', max_tokens: 9, messages: [q], ...body }),
    target(capabilities),
  );

const fn = (name: string, more: JsonObject = {}): JsonObject => ({
  type: 'function',
  function: { name, ...more },
});
const call = (id: string, name: string, args: string): JsonObject => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ';
const EMPTY = { type: 'object', properties: {} };

describe('tools', () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      'a tool without parameters',
      { tools: [fn('f', { description: 'D' })] },
      { tools: [{ name: 'f', description: 'D', input_schema: EMPTY }] },
    ],
    [
      'required',
      { tools: [fn('f')], tool_choice: 'required' },
      { tools: [{ name: 'f', input_schema: EMPTY }], tool_choice: { type: 'any' } },
    ],
    [
      'a named tool',
      { tools: [fn('f')], tool_choice: fn('f') },
      { tools: [{ name: 'f', input_schema: EMPTY }], tool_choice: { type: 'tool', name: 'f' } },
    ],
    [
      'none',
      { tools: [fn('f')], tool_choice: 'none' },
      { tools: [{ name: 'f', input_schema: EMPTY }], tool_choice: { type: 'none' } },
    ],
    [
      'one call at a time',
      { tools: [fn('f')], parallel_tool_calls: false },
      {
        tools: [{ name: 'f', input_schema: EMPTY }],
        tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      },
    ],
    [
      'an allowed one of two',
      {
        tools: [fn('f'), fn('g')],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [fn('g')] } },
      },
      { tools: [{ name: 'g', input_schema: EMPTY }], tool_choice: { type: 'any' } },
    ],
    [
      'an empty list takes the choice with it',
      { tools: [], tool_choice: 'auto', parallel_tool_calls: false },
      {},
    ],
    ['one name twice', { tools: [fn('f'), fn('f')] }, { tools: [{ name: 'f', input_schema: EMPTY }] }],
    [
      'the old form',
      { functions: [{ name: 'f' }], function_call: { name: 'f' } },
      { tools: [{ name: 'f', input_schema: EMPTY }], tool_choice: { type: 'tool', name: 'f' } },
    ],
    [
      'a mark',
      { tools: [{ ...fn('f'), cache_control: { type: 'ephemeral' } }] },
      { tools: [{ name: 'f', input_schema: EMPTY, cache_control: { type: 'ephemeral' } }] },
    ],
  ])('%s', (_, body, expected) => {
    const { tools, tool_choice } = fromChat(body).body;
    expect(JSON.parse(JSON.stringify({ tools, tool_choice }))).toEqual(expected);
  });

  it('emulates free-text tools and remembers it', () => {
    const tool = {
      type: 'custom',
      custom: { name: 'patch', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'G' } } },
    };
    const history = {
      role: 'assistant',
      tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'patch', input: '*** x' } }],
    };
    const { body, restoration } = fromChat({
      tools: [tool],
      messages: [q, history, { role: 'tool', tool_call_id: 'a', content: 'ok' }],
    });
    expect(body.tools).toMatchObject([{ name: 'patch', input_schema: { required: ['input'] } }]);
    expect((body.messages as JsonObject[])[1]?.content).toMatchObject([
      { type: 'tool_use', input: { input: '*** x' } },
    ]);
    expect(restoration.tools?.get('patch')).toEqual({ name: 'patch', custom: true });
  });

  it('rebuilds definitions that the conversation needs, closed to new calls', () => {
    const messages = [
      q,
      { role: 'assistant', tool_calls: [call('a', 'get.it', '{}')] },
      { role: 'tool', tool_call_id: 'a', content: 'r' },
    ];
    const { body, restoration, losses } = fromChat({ messages });
    expect(body.tools).toEqual([
      { name: 'get_it', input_schema: { type: 'object', additionalProperties: true } },
    ]);
    expect(body.tool_choice).toEqual({ type: 'none' });
    expect(restoration.tools?.get('get_it')).toEqual({ name: 'get.it' });
    expect(losses).toEqual(['renamed_tools:1']);
  });

  it('keeps hosted tools of its own client and drops those of others', () => {
    const search = { type: 'web_search_20250305', name: 'web_search', max_uses: 3 };
    const plain = { name: 'f', input_schema: EMPTY, defer_loading: true };
    expect(fromMessages({ tools: [search, plain] }).body.tools).toEqual([search, plain]);
    expect(fromChat({ tools: [{ type: 'file_search' }] })).toMatchObject({ losses: ['dropped:file_search'] });
    expect(() => fromChat({ tools: [{ type: 'file_search' }], tool_choice: 'required' })).toThrow(
      /forces a tool/,
    );
    expect(() => fromChat({ tools: [fn('f')], tool_choice: fn('g') })).toThrow(/not in tools/);
  });
});

describe('structured output', () => {
  const schema = {
    type: 'object',
    properties: { n: { type: 'number' } },
    required: ['n'],
    additionalProperties: false,
  };
  const format = {
    response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } },
  };

  it('is native where the model has it', () => {
    expect(fromChat(format).body.output_config).toEqual({ format: { type: 'json_schema', schema } });
    const own = { output_config: { format: { type: 'json_schema', schema: { type: 'object' } }, other: 1 } };
    expect(fromMessages(own).body.output_config).toEqual(own.output_config);
  });

  it('is a hidden tool where it has not', () => {
    const { body, restoration, losses } = fromChat(format, { structuredOutput: 'none' });
    expect(body.tools).toMatchObject([{ name: 'json_output', input_schema: schema }]);
    expect(body.tool_choice).toEqual({ type: 'tool', name: 'json_output' });
    expect(restoration.hiddenTool).toEqual({ name: 'json_output', unwrapValue: false });
    expect(losses).toEqual(['emulated:response_format']);
  });

  it.each<[string, JsonObject]>([
    ['beside tools', { ...format, tools: [fn('f')] }],
    ['beside thinking', { ...format, reasoning_effort: 'low' }],
    ['without a schema', { response_format: { type: 'json_object' } }],
  ])('is words %s', (_, body) => {
    const encoded = fromChat(body, { structuredOutput: 'none', thinking: 'adaptive' });
    expect(encoded.body.system).toMatch(/^Answer with /);
    expect(encoded.restoration).toMatchObject({ stripFences: true });
    expect(encoded.losses).toContain('emulated:response_format');
  });
});

describe('content', () => {
  const content = (part: JsonObject): Json | undefined => {
    const [message] = fromChat({ messages: [{ role: 'user', content: [part] }] }).body
      .messages as JsonObject[];
    return message?.content;
  };
  const image = (url: string): JsonObject => ({ type: 'image_url', image_url: { url } });
  const file = (type: string, data: string): JsonObject => ({
    type: 'file',
    file: { filename: 'a', file_data: `data:${type};base64,${data}` },
  });
  const pdf = Buffer.from('%PDF-1').toString('base64');

  it.each<[string, JsonObject, JsonObject]>([
    [
      'an image',
      image(`data:image/jpg;base64,${PNG}`),
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
    ],
    ['an image by URL', image('https://x/y'), { type: 'image', source: { type: 'url', url: 'https://x/y' } }],
    [
      'a PDF',
      file('application/pdf', pdf),
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf }, title: 'a' },
    ],
    [
      'plain text',
      file('text/plain', 'aGk='),
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'hi' }, title: 'a' },
    ],
    [
      'an image as a file',
      file('image/png', PNG),
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
    ],
    [
      'marked text',
      { type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '1h' } },
      { type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ],
  ])('%s', (_, part, expected) => {
    expect(content(part)).toEqual([expected]);
  });

  it.each<[string, JsonObject, RegExp]>([
    ['a file of another vendor', { type: 'file', file: { file_id: 'file-1' } }, /belongs to openai/],
    ['sound', { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }, /takes no audio/],
    ['an unknown image type', image('data:image/tiff;base64,AAAA'), /image\/tiff are not supported/],
  ])('refuses %s', (_, part, message) => {
    expect(() => content(part)).toThrow(message);
  });

  it('puts results in one turn, in the order of the calls, with images inside', () => {
    const shot = {
      type: 'tool_result',
      tool_use_id: 'a',
      content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }],
    };
    const calls = ['a', 'b'].map((id) => ({ type: 'tool_use', id, name: 'f', input: {} }));
    const failed = { type: 'tool_result', tool_use_id: 'b', content: 'no', is_error: true };
    const { body } = fromMessages({
      messages: [
        q,
        { role: 'assistant', content: calls },
        { role: 'user', content: [failed, { type: 'text', text: 't' }, shot] },
      ],
    });
    expect((body.messages as JsonObject[])[2]?.content).toEqual([shot, failed, { type: 'text', text: 't' }]);
  });

  it('places system turns as the model hears them', () => {
    const messages = [q, { role: 'assistant', content: 'a' }, { role: 'system', content: 's' }, q];
    const roles = (encoded: EncodedRequest) => (encoded.body.messages as JsonObject[]).map((m) => m.role);
    expect(roles(fromMessages({ messages }))).toEqual(['user', 'assistant', 'system', 'user']);
    expect(roles(fromChat({ messages }))).toEqual(['user', 'assistant', 'user']);
    expect(roles(fromChat({ messages }, { midSystem: true }))).toEqual([
      'user',
      'assistant',
      'system',
      'user',
    ]);
    const last = (fromChat({ messages }).body.messages as JsonObject[])[2];
    expect(last?.content).toMatchObject([
      { text: '<system-reminder>\ns\n</system-reminder>' },
      { text: 'q' },
    ]);
  });

  it('continues a prefill without the white space at its end', () => {
    const { body } = fromChat({ messages: [q, { role: 'assistant', content: 'I \n' }] }, { prefill: true });
    expect((body.messages as JsonObject[])[1]?.content).toEqual([{ type: 'text', text: 'I' }]);
  });
});

it('keeps at most four cache marks, none of one hour behind one of five minutes', () => {
  const mark = (ttl?: string): JsonObject => ({
    cache_control: ttl === undefined ? { type: 'ephemeral' } : { type: 'ephemeral', ttl },
  });
  const text = (t: string, m: JsonObject): JsonObject => ({ type: 'text', text: t, ...m });
  const content = [text('1', mark()), text('2', mark()), text('3', mark()), text('4', mark('1h'))];
  const { body, losses } = fromMessages({
    system: [text('s', mark('1h'))],
    messages: [{ role: 'user', content }],
  });
  expect(body.system).toEqual([text('s', mark('1h'))]);
  expect((body.messages as JsonObject[])[0]?.content).toEqual([
    { type: 'text', text: '1' },
    ...content.slice(1, 3),
    text('4', mark()),
  ]);
  expect(losses).toEqual(['dropped:cache_control', 'clamped:cache_ttl']);
});

it('is cut to what the token counter takes', () => {
  const body = toCountTokensBody(
    fromMessages({ temperature: 0.5, system: 's', stream: true, metadata: { user_id: 'u' } }).body,
  );
  expect(Object.keys(body)).toEqual(['model', 'system', 'messages']);
});
