import { GatewayError, type JsonObject } from '@turnpike/kernel';
import { wrapSignature, type ChatRequest, type Part, type Tool } from '@turnpike/protocol';
import { decodeResponsesRequest } from '.';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const decode = (more: JsonObject): ChatRequest =>
  decodeResponsesRequest({ model: 'm', input: 'hi', ...more });
const turnsOf = (...input: JsonObject[]): ChatRequest['turns'] => decode({ input }).turns;
const partsOf = (...input: JsonObject[]): readonly Part[] => turnsOf(...input).flatMap((turn) => turn.parts);
const text = (words: string): Part => ({ kind: 'text', text: words });

function refusal(more: JsonObject): GatewayError {
  try {
    decode(more);
  } catch (error) {
    if (error instanceof GatewayError) return error;
  }
  throw new Error('was accepted');
}

const CALL = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' };

describe('decodeResponsesRequest', () => {
  it('reads a string as the user asks it, behind the instructions', () => {
    expect(decode({ instructions: 'Be terse.' })).toMatchObject({
      dialect: 'openai-responses',
      system: [text('Be terse.')],
      turns: [{ role: 'user', parts: [text('hi')] }],
      stream: false,
      includeUsage: true,
      native: {},
    });
  });

  it('reads items without a type as messages and keeps system messages where they stand', () => {
    const request = decode({
      input: [
        { role: 'developer', content: 'first' },
        { role: 'user', content: [{ type: 'input_text', text: 'q' }] },
        { type: 'message', role: 'system', content: 'later' },
        { role: 'assistant', content: [{ type: 'output_text', text: 'a' }], phase: 'final_answer' },
      ],
    });
    expect(request.system).toMatchObject([{ kind: 'text', text: 'first' }]);
    expect(request.turns).toMatchObject([
      { role: 'user', parts: [text('q')] },
      { role: 'system', parts: [text('later')] },
      { role: 'assistant', parts: [text('a')], phase: 'final_answer' },
    ]);
  });

  it('gathers what the assistant made into one turn, and the results into the next', () => {
    const turns = turnsOf(
      { role: 'user', content: 'q' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'hm' }],
        content: null,
        encrypted_content: 'gAA',
      },
      { role: 'assistant', content: 'Let me see.' },
      { ...CALL, namespace: 'files', id: 'fc_1' },
      { type: 'custom_tool_call', call_id: 'c2', name: 'patch', input: 'free text' },
      { type: 'function_call_output', call_id: 'c1', output: 'one' },
      {
        type: 'custom_tool_call_output',
        call_id: 'c2',
        output: [
          { type: 'input_text', text: 'two' },
          { type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'low' },
        ],
      },
    );
    expect(turns.slice(1)).toEqual([
      {
        role: 'assistant',
        parts: [
          {
            kind: 'reasoning',
            text: 'hm',
            summary: ['hm'],
            itemId: 'rs_1',
            signature: { vendor: 'openai', value: 'gAA' },
          },
          text('Let me see.'),
          {
            kind: 'call',
            id: 'c1',
            name: 'f',
            args: '{"a":1}',
            tool: 'function',
            namespace: 'files',
            itemId: 'fc_1',
          },
          { kind: 'call', id: 'c2', name: 'patch', args: 'free text', tool: 'custom' },
        ],
      },
      {
        role: 'user',
        parts: [
          { kind: 'result', callId: 'c1', parts: [text('one')] },
          {
            kind: 'result',
            callId: 'c2',
            parts: [
              text('two'),
              { kind: 'image', source: { kind: 'base64', mimeType: 'image/png', data: PNG }, detail: 'low' },
            ],
          },
        ],
      },
    ]);
  });

  it('keeps messages of two phases apart', () => {
    const message = (phase: string): JsonObject => ({ role: 'assistant', content: phase, phase });
    expect(turnsOf(message('commentary'), message('final_answer')).map((turn) => turn.phase)).toEqual([
      'commentary',
      'final_answer',
    ]);
  });

  it.each<[string, JsonObject, Part[]]>([
    [
      "another vendor's signature",
      {
        summary: [],
        encrypted_content: wrapSignature({ vendor: 'anthropic', kind: 'thinking', value: 's' }),
      },
      [{ kind: 'reasoning', signature: { vendor: 'anthropic', value: 's' } }],
    ],
    [
      'redacted thinking',
      {
        summary: [],
        encrypted_content: wrapSignature({ vendor: 'anthropic', kind: 'redacted', value: 'd' }),
      },
      [{ kind: 'reasoning', redacted: 'd' }],
    ],
    [
      'raw text',
      { summary: [], content: [{ type: 'reasoning_text', text: 'raw' }] },
      [{ kind: 'reasoning', text: 'raw' }],
    ],
    ['nothing', { summary: [], content: null, encrypted_content: null }, []],
  ])('reads reasoning with %s', (_, item, parts) => {
    expect(partsOf({ type: 'reasoning', ...item })).toEqual(parts);
  });

  it.each<[JsonObject, Part]>([
    [
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' },
      {
        kind: 'file',
        name: 'a.pdf',
        source: { kind: 'base64', data: 'JVBERi0x', mimeType: 'application/pdf' },
      },
    ],
    [
      { type: 'input_file', file_url: 'https://x.example/a.pdf' },
      { kind: 'file', source: { kind: 'url', url: 'https://x.example/a.pdf' } },
    ],
    [
      { type: 'input_image', file_id: 'file-1' },
      { kind: 'image', source: { kind: 'file', fileId: 'file-1', vendor: 'openai' } },
    ],
    [
      { type: 'refusal', refusal: 'no' },
      { kind: 'refusal', text: 'no' },
    ],
    [
      { type: 'input_hologram' },
      { kind: 'opaque', vendor: 'openai', raw: { type: 'input_hologram' }, essential: true },
    ],
  ])('reads the content part %j', (part, expected) => {
    expect(partsOf({ role: 'user', content: [part] })).toEqual([expected]);
  });

  it('reads functions, custom tools, namespaces and hosted tools, also those that items bring', () => {
    const f = { type: 'function', name: 'f', parameters: { type: 'object' }, strict: true };
    const format = { type: 'grammar', syntax: 'lark', definition: 'start: "x"' };
    const { tools } = decode({
      tools: [
        f,
        { type: 'custom', name: 'patch', format },
        { type: 'namespace', name: 'ns', description: 'd', tools: [{ ...f, defer_loading: true }] },
        { type: 'web_search' },
      ],
      input: [
        { type: 'additional_tools', role: 'developer', tools: [{ type: 'function', name: 'more' }] },
        { role: 'user', content: 'q' },
      ],
    });
    const schema = { type: 'object' };
    expect(tools).toEqual<Tool[]>([
      { kind: 'function', name: 'f', schema, strict: true },
      {
        kind: 'custom',
        name: 'patch',
        format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "x"' } },
      },
      {
        kind: 'function',
        name: 'f',
        schema,
        strict: true,
        namespace: 'ns',
        namespaceDescription: 'd',
        raw: { defer_loading: true },
      },
      { kind: 'hosted', name: 'web_search', raw: { type: 'web_search' } },
      { kind: 'function', name: 'more' },
    ]);
  });

  it('knows tools that a search has found', () => {
    const found = { type: 'tool_search_output', call_id: 's', tools: [{ type: 'function', name: 'found' }] };
    const request = decode({ input: [{ type: 'tool_search_call', call_id: 's', arguments: {} }, found] });
    expect(request.tools).toEqual([{ kind: 'function', name: 'found', inConversation: true }]);
    expect(request.turns.map((turn) => turn.role)).toEqual(['assistant', 'user']);
  });

  it.each<[JsonObject[string], ChatRequest['toolChoice']]>([
    ['required', { kind: 'any' }],
    ['none', { kind: 'none' }],
    [
      { type: 'function', name: 'f' },
      { kind: 'tool', name: 'f' },
    ],
    [{ type: 'web_search' }, { kind: 'tool', name: 'web_search' }],
    [
      {
        type: 'allowed_tools',
        mode: 'required',
        tools: [{ type: 'custom', name: 'p' }, { type: 'image_generation' }],
      },
      { kind: 'allowed', names: ['p', 'image_generation'], mode: 'any' },
    ],
  ])('reads the tool choice %j', (tool_choice, expected) => {
    expect(decode({ tool_choice }).toolChoice).toEqual(expected);
  });

  it('reads parameters and leaves no trace of what asks for the usual', () => {
    const request = decode({
      max_output_tokens: 5,
      reasoning: { effort: 'high', summary: 'auto', context: 'x' },
      text: {
        verbosity: 'low',
        format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true },
      },
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs', 'file_search_call.results'],
      store: false,
      truncation: 'disabled',
      background: false,
      previous_response_id: null,
      prompt_cache_key: 'k',
      safety_identifier: 'u',
      client_metadata: { a: 'b' },
    });
    expect(request).toMatchObject({
      maxTokens: 5,
      reasoning: { effort: 'high', show: 'auto' },
      verbosity: 'low',
      format: { kind: 'schema', name: 'n', schema: { type: 'object' }, strict: true },
      logprobs: {},
      cacheKey: 'k',
      user: 'u',
    });
    expect(request.native).toEqual({
      safety_identifier: 'u',
      client_metadata: { a: 'b' },
      include: ['file_search_call.results'],
      reasoning: { context: 'x' },
    });
  });

  it.each<[string, JsonObject, string]>([
    ['an earlier response', { previous_response_id: 'resp_1' }, 'previous_response_id'],
    ['a stored conversation', { conversation: 'conv_1' }, 'conversation'],
    ['background', { background: true }, 'background'],
    ['a stored prompt', { prompt: { id: 'p' } }, 'prompt'],
    ['a reference to an item', { input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0]'],
    [
      'a result of nothing',
      { input: [{ type: 'function_call_output', call_id: 'x', output: '' }] },
      'input[0].call_id',
    ],
    ['no input', { input: undefined }, 'input'],
    ['an item without type and role', { input: [{ text: 'x' }] }, 'input[0].type'],
    ['a choice of nothing', { tool_choice: { type: 'function' } }, 'tool_choice'],
    [
      'an image that is no URL',
      { input: [{ role: 'user', content: [{ type: 'input_image' }] }] },
      'input[0].content[0].image_url',
    ],
  ])('refuses %s with its path', (_, more, param) => {
    const error = refusal(more);
    expect([error.reason, error.details.param]).toEqual(['invalid_request', param]);
  });

  it('says in the vendor word that an earlier response is not there', () => {
    expect(refusal({ previous_response_id: 'resp_1' }).details.vendorCode).toBe(
      'previous_response_not_found',
    );
  });
});
