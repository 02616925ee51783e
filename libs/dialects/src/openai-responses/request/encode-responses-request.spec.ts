import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities, ChatRequest, Part, Turn } from '@turnpike/protocol';
import type { EncodedRequest } from '../../dialect';
import { decodeResponsesRequest, encodeResponsesRequest } from '.';

const BASE: ChatRequest = {
  dialect: 'anthropic-messages',
  model: 'alias',
  system: [],
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
  tools: [],
  stream: false,
  includeUsage: true,
  native: {},
};
/** Of the user `u`. */
const HASH = '0bfe935e70c321c7ca3afc75ce0d0ca2f98b5422e008bb31c00c6d7f1f1c0ad6';
const PNG = 'iVBORw0KGgo=';

const encode = (
  more: Partial<ChatRequest>,
  capabilities: Capabilities = {},
  vendor = 'openai',
): EncodedRequest => encodeResponsesRequest({ ...BASE, ...more }, { model: 'up', capabilities, vendor });
const own = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeResponsesRequest(decodeResponsesRequest({ model: 'm', ...body }), {
    model: 'up',
    capabilities,
    vendor: 'openai',
  });
const inputOf = (turns: Turn[], capabilities: Capabilities = {}, vendor = 'openai'): unknown =>
  encode({ turns }, capabilities, vendor).body.input;
const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
const assistant = (...parts: Part[]): Turn => ({ role: 'assistant', parts });
const text = (words: string): Part => ({ kind: 'text', text: words });
const call = (id: string, more: object = {}): Part => ({
  kind: 'call',
  id,
  name: 'f',
  args: '{}',
  tool: 'function',
  ...more,
});
const result = (callId: string, ...parts: Part[]): Part => ({ kind: 'result', callId, parts });
const message = (role: string, ...content: object[]): object => ({ type: 'message', role, content });
const said = (words: string): object => ({ type: 'input_text', text: words });

describe('encodeResponsesRequest', () => {
  it('stores nothing and asks for encrypted reasoning', () => {
    expect(
      encode({
        system: [
          { kind: 'text', text: 'a' },
          { kind: 'text', text: 'b' },
        ],
        stream: true,
      }),
    ).toEqual({
      body: {
        model: 'up',
        instructions: 'a\n\nb',
        input: [message('user', said('hi'))],
        stream: true,
        store: false,
        include: ['reasoning.encrypted_content'],
      },
      losses: [],
      restoration: {},
    });
  });

  it('does not ask models for reasoning that have none', () => {
    const { body, losses } = encode({ reasoning: { effort: 'high' } }, { thinking: 'none' });
    expect([body.include, body.reasoning, losses]).toEqual([undefined, undefined, ['dropped:reasoning']]);
  });

  it('puts calls and results into items, images included', () => {
    const turns = [
      user(text('q')),
      assistant(text('a'), call('c1'), call('c2')),
      user(
        { ...(result('c2', text('two')) as object), isError: true } as Part,
        result('c1', text('one'), {
          kind: 'image',
          source: { kind: 'base64', data: PNG, mimeType: 'image/png' },
        }),
        text('and'),
      ),
    ];
    expect(inputOf(turns)).toEqual([
      message('user', said('q')),
      message('assistant', { type: 'output_text', text: 'a' }),
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
      { type: 'function_call', call_id: 'c2', name: 'f', arguments: '{}' },
      {
        type: 'function_call_output',
        call_id: 'c1',
        output: [said('one'), { type: 'input_image', image_url: `data:image/png;base64,${PNG}` }],
      },
      { type: 'function_call_output', call_id: 'c2', output: 'Error: two' },
      message('user', said('and')),
    ]);
  });

  it('shortens ids of calls on both sides alike', () => {
    const long = 'x'.repeat(65);
    const items = inputOf([assistant(call(long)), user(result(long, text('r')))]) as JsonObject[];
    expect(items[0]?.call_id).toMatch(/^call_[0-9a-f]{24}$/);
    expect(items[1]?.call_id).toBe(items[0]?.call_id);
  });

  it.each<[string, Part, string, unknown[]]>([
    [
      "the vendor's own",
      {
        kind: 'reasoning',
        text: 't',
        summary: ['a', 'b'],
        itemId: 'rs_1',
        signature: { vendor: 'openai', value: 'e' },
      },
      'openai',
      [
        {
          type: 'reasoning',
          summary: [
            { type: 'summary_text', text: 'a' },
            { type: 'summary_text', text: 'b' },
          ],
          encrypted_content: 'e',
        },
      ],
    ],
    [
      "another vendor's",
      { kind: 'reasoning', text: 't', signature: { vendor: 'anthropic', value: 'e' } },
      'openai',
      [],
    ],
    ['unsigned', { kind: 'reasoning', text: 't' }, 'openai', []],
    [
      "the vendor's at another account",
      { kind: 'reasoning', signature: { vendor: 'openai', value: 'e' } },
      'azure',
      [],
    ],
  ])('replays reasoning (%s)', (_, part, vendor, expected) => {
    const items = inputOf(
      [assistant(part, call('c')), user(result('c', text('r')))],
      {},
      vendor,
    ) as JsonObject[];
    expect(items.filter((item) => item.type === 'reasoning')).toEqual(expected);
  });

  it('drops reasoning that leads to nothing', () => {
    const part: Part = { kind: 'reasoning', signature: { vendor: 'openai', value: 'e' } };
    expect(inputOf([user(text('q')), assistant(part), user(text('go on'))])).toEqual([
      message('user', said('q')),
      message('user', said('go on')),
    ]);
  });

  it('keeps schemas of other dialects open, and asks for strictness only where it can be had', () => {
    const closed = { type: 'object', properties: {}, required: [], additionalProperties: false };
    const { body, losses } = encode({
      tools: [
        { kind: 'function', name: 'a', schema: { type: 'object', properties: { x: {} } } },
        { kind: 'function', name: 'b', schema: closed, strict: true },
        { kind: 'function', name: 'c', schema: { type: 'object', properties: { x: {} } }, strict: true },
      ],
      toolChoice: { kind: 'any' },
      parallelTools: false,
    });
    expect((body.tools as JsonObject[]).map((tool) => tool.strict)).toEqual([false, true, false]);
    expect([body.tool_choice, body.parallel_tool_calls, losses]).toEqual([
      'required',
      false,
      ['dropped:strict'],
    ]);
  });

  it('says nothing of tools where there are none', () => {
    const { body } = own({ input: 'q', tools: [], tool_choice: 'auto', parallel_tool_calls: true });
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining([expect.stringMatching(/tool/)]));
  });

  it('enforces stop sequences here', () => {
    expect(encode({ stop: ['END', ''] })).toMatchObject({
      restoration: { localStops: ['END'] },
      losses: ['emulated:stop'],
    });
  });

  it.each<[string, Partial<ChatRequest>, Capabilities, JsonObject, string[]]>([
    ['a cap that is too small', { maxTokens: 3 }, {}, { max_output_tokens: 16 }, ['clamped:max_tokens']],
    [
      'a cap that is too large',
      { maxTokens: 99 },
      { maxOutputTokens: 50 },
      { max_output_tokens: 50 },
      ['clamped:max_tokens'],
    ],
    [
      'thinking of a Messages client',
      { reasoning: { budget: 2_048 } },
      {},
      { reasoning: { effort: 'medium', summary: 'auto' } },
      [],
    ],
    [
      'hidden thinking',
      { reasoning: { effort: 'low', show: 'omitted' } },
      {},
      { reasoning: { effort: 'low' } },
      [],
    ],
    [
      'an effort the model lacks',
      { reasoning: { effort: 'max', show: 'omitted' } },
      {},
      { reasoning: { effort: 'xhigh' } },
      ['clamped:reasoning_effort'],
    ],
    [
      'sampling that is fixed',
      { temperature: 0.5, topP: 1 },
      { noSampling: true },
      {},
      ['dropped:temperature'],
    ],
    ['the user', { user: 'u' }, {}, { safety_identifier: HASH, prompt_cache_key: HASH }, []],
    [
      'structured output',
      { format: { kind: 'schema', name: 'a b', schema: { type: 'object' } } },
      {},
      { text: { format: { type: 'json_schema', name: 'a_b', schema: { type: 'object' } } } },
      [],
    ],
    [
      'members of others',
      { topK: 5, seed: 0, native: { context_management: {} } },
      {},
      {},
      ['dropped:top_k', 'dropped:seed', 'dropped:context_management'],
    ],
  ])('writes %s', (_, more, capabilities, members, losses) => {
    const { body, losses: told } = encode(more, capabilities);
    const { model: _model, input: _input, store: _store, include: _include, ...rest } = body;
    expect([rest, told]).toEqual([members, losses]);
  });

  it('emulates structured output with a hidden tool', () => {
    const schema = { type: 'object', properties: {} };
    const { body, restoration } = encode(
      { format: { kind: 'schema', schema } },
      { structuredOutput: 'none' },
    );
    expect(body.tool_choice).toEqual({ type: 'function', name: 'json_output' });
    expect(restoration.hiddenTool).toEqual({ name: 'json_output', unwrapValue: false });
  });

  it.each<[string, Partial<ChatRequest>, string]>([
    ['several choices', { choices: 2 }, 'n'],
    ['audio output', { native: { modalities: ['audio'] } }, 'modalities'],
    ['a stored thread', { native: { thread: {} } }, 'thread'],
    ['a prefill', { turns: [user(text('q')), assistant(text('a'))] }, 'input'],
    [
      'a forced tool that is lost',
      { tools: [{ kind: 'hosted', name: 'w', raw: {} }], toolChoice: { kind: 'tool', name: 'w' } },
      'tool_choice',
    ],
  ])('refuses %s', (_, more, param) => {
    expect(() => encode(more)).toThrow(
      expect.objectContaining({
        reason: 'unsupported_content',
        details: expect.objectContaining({ param }) as object,
      }) as Error,
    );
  });

  it("gives a Responses client's own things back to its own dialect", () => {
    const patch = {
      type: 'custom',
      name: 'patch',
      format: { type: 'grammar', syntax: 'lark', definition: 'x' },
    };
    const f = { type: 'function', name: 'f', parameters: { type: 'object' } };
    const space = { type: 'namespace', name: 'ns', description: 'd', tools: [f, patch] };
    const input = [
      { type: 'message', role: 'developer', content: [said('rules')] },
      message('user', said('q')),
      {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'a' }],
        phase: 'commentary',
      },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}', namespace: 'ns' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      { type: 'custom_tool_call', call_id: 'c2', name: 'patch', input: 'x' },
      { type: 'function_call_output', call_id: 'c1', output: 'r' },
      { type: 'custom_tool_call_output', call_id: 'c2', output: 'r' },
      { type: 'compaction', encrypted_content: 'e' },
      message('user', said('go on')),
    ] as JsonObject[];
    const body = {
      input,
      instructions: 'i',
      tools: [f, space, { type: 'web_search' }],
      user: 'u',
      client_metadata: { a: 'b' },
    };
    const encoded = own(body);
    expect(encoded).toEqual({
      body: { model: 'up', ...body, store: false, include: ['reasoning.encrypted_content'] },
      losses: [],
      restoration: {},
    });
  });
});
