import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import {
  wrapSignature,
  type Capabilities,
  type ChatRequest,
  type ReasoningRequest,
} from '@turnpike/protocol';
import { decodeMessagesRequest } from '../../anthropic-messages/request';
import type { EncodedRequest } from '../../dialect';
import { decodeChatRequest } from '../../openai-chat/request';
import { decodeGeminiRequest } from './decode-gemini-request';
import { encodeGeminiRequest } from './encode-gemini-request';

const encode = (request: ChatRequest, capabilities: Capabilities = {}): EncodedRequest =>
  encodeGeminiRequest(request, { model: 'up', capabilities, vendor: 'google' });
const chat = (body: JsonObject, capabilities?: Capabilities): EncodedRequest =>
  encode(
    decodeChatRequest({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...body }),
    capabilities,
  );
const own = (body: JsonObject, capabilities?: Capabilities): JsonObject =>
  encode(decodeGeminiRequest({ model: 'm', ...body }), capabilities).body;

const HI: JsonObject = { role: 'user', parts: [{ text: 'hi' }] };
const PNG = 'iVBORw0KGgo=';
const contents = ({ body }: EncodedRequest): Json | undefined => body.contents;
const configOf = ({ body }: EncodedRequest): Json | undefined => body.generationConfig;
const user = (content: Json): JsonObject => ({ role: 'user', content });
const calling = (...names: string[]): JsonObject => ({
  role: 'assistant',
  content: null,
  tool_calls: names.map((name) => ({ id: name, type: 'function', function: { name, arguments: '{"a":1}' } })),
});
const tool = (tool_call_id: string, content: Json): JsonObject => ({ role: 'tool', tool_call_id, content });
const SKIP = 'skip_thought_signature_validator';

describe('contents', () => {
  it('hold results as one content, in the order of the calls and with their names', () => {
    const messages = [user('go'), calling('f', 'g'), tool('g', '2'), tool('f', '1')];
    expect(contents(chat({ messages }))).toEqual([
      { role: 'user', parts: [{ text: 'go' }] },
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: SKIP },
          { functionCall: { name: 'g', args: { a: 1 } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'f', response: { output: '1' } } },
          { functionResponse: { name: 'g', response: { output: '2' } } },
        ],
      },
    ]);
  });

  it('put later system messages at their place, and the first into the instruction', () => {
    const messages = [{ role: 'system', content: 's' }, user('a'), { role: 'system', content: 'b' }];
    const { body } = chat({ messages });
    expect(body.systemInstruction).toEqual({ parts: [{ text: 's' }] });
    expect(body.contents).toEqual([
      { role: 'user', parts: [{ text: 'a' }, { text: '<system-reminder>\nb\n</system-reminder>' }] },
    ]);
    expect(chat({ messages }, { systemRole: 'none' }).body).toMatchObject({
      contents: [{ role: 'user', parts: [{ text: 's' }, { text: 'a' }, {}] }],
    });
  });

  it.each<[string, Capabilities, JsonObject[]]>([
    [
      'inside the response',
      {},
      [
        {
          functionResponse: {
            name: 'f',
            response: { output: '' },
            parts: [{ inlineData: { mimeType: 'image/png', data: PNG } }],
          },
        },
      ],
    ],
    [
      'behind the responses',
      { resultMedia: false },
      [
        { functionResponse: { name: 'f', response: { output: '[see attached file 1]' } } },
        { text: 'File 1 (result of f):' },
        { inlineData: { mimeType: 'image/png', data: PNG } },
      ],
    ],
    [
      'nowhere, with a word about it',
      { images: false },
      [{ functionResponse: { name: 'f', response: { output: '[image omitted: model has no vision]' } } }],
    ],
  ])('show pictures of tools %s', (_, capabilities, parts) => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };
    const messages = [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: [image] }] },
    ];
    const { body } = encode(decodeMessagesRequest({ model: 'm', max_tokens: 9, messages }), capabilities);
    expect(body.contents).toMatchObject([{}, {}, { role: 'user', parts }]);
  });

  it('say that a tool failed', () => {
    const messages = [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'no', is_error: true }] },
    ];
    expect(
      encode(decodeMessagesRequest({ model: 'm', max_tokens: 9, messages })).body.contents,
    ).toMatchObject([{}, {}, { parts: [{ functionResponse: { response: { error: 'no' } } }] }]);
  });

  it('name the type of what a URL gives', () => {
    const content = [{ type: 'image_url', image_url: { url: 'https://a.example/x.webp?y=1' } }];
    expect(contents(chat({ messages: [user(content)] }))).toEqual([
      {
        role: 'user',
        parts: [{ fileData: { fileUri: 'https://a.example/x.webp?y=1', mimeType: 'image/webp' } }],
      },
    ]);
    expect(() => chat({ messages: [user(content)] }, { fetchesUrls: false })).toThrow('fetches no URLs');
  });

  it('refuse a prefill and another vendor’s file', () => {
    expect(() => chat({ messages: [user('a'), { role: 'assistant', content: 'b' }] })).toThrow('prefill');
    const file = [{ type: 'file', file: { file_id: 'file-1' } }];
    expect(() => chat({ messages: [user(file)] })).toThrow('belongs to openai');
  });
});

describe('signatures', () => {
  const history = (...parts: JsonObject[]): JsonObject => ({
    contents: [
      HI,
      { role: 'model', parts },
      { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: '' } } }] },
    ],
  });
  const modelParts = (body: JsonObject): Json | undefined => {
    const turn = Array.isArray(body.contents) ? body.contents[1] : undefined;
    return isObject(turn) ? turn.parts : undefined;
  };

  it('stay in the very part they came in', () => {
    const parts = [
      { text: 'a', thoughtSignature: 'c2ln' },
      { functionCall: { name: 'f', args: {} }, thoughtSignature: 'Y2Fs' },
    ];
    expect(modelParts(own(history(...parts)))).toEqual(parts);
  });

  it.each<[string, Capabilities, string | undefined]>([
    ['stand-in for none at newest models', {}, SKIP],
    ['none at older ones', { signedCalls: false }, undefined],
  ])('%s', (_, capabilities, thoughtSignature) => {
    const [part] = modelParts(
      own(history({ functionCall: { name: 'f', args: {} } }), capabilities),
    ) as JsonObject[];
    expect(part?.thoughtSignature).toBe(thoughtSignature);
  });

  it('of others are left out, and so is what they signed', () => {
    const signature = wrapSignature({ vendor: 'anthropic', kind: 'thinking', value: 's' });
    const { body, losses } = encode(
      decodeGeminiRequest({
        model: 'm',
        contents: [
          HI,
          {
            role: 'model',
            parts: [{ text: 't', thought: true, thoughtSignature: signature }, { text: 'a' }],
          },
          HI,
        ],
      }),
    );
    expect(modelParts(body)).toEqual([{ text: 'a' }]);
    expect(losses).toEqual(['dropped:reasoning']);
  });

  it('that another dialect kept apart go back to the call behind them', () => {
    const data = wrapSignature({ vendor: 'google', kind: 'reasoning', value: 'c2ln' });
    const messages = [
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: [
          { type: 'redacted_thinking', data },
          { type: 'tool_use', id: 'c', name: 'f', input: {} },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c' }] },
    ];
    const { body } = encode(decodeMessagesRequest({ model: 'm', max_tokens: 9, messages }));
    expect(modelParts(body)).toEqual([{ functionCall: { name: 'f', args: {} }, thoughtSignature: 'c2ln' }]);
  });
});

describe('thinking', () => {
  const BUDGETS: Capabilities = {
    thinking: 'budget',
    thinkingBudgetMin: 128,
    thinkingBudgetMax: 32_768,
    thinkingOff: false,
  };
  const thinking = (reasoning: ReasoningRequest, capabilities: Capabilities): unknown => {
    const config = configOf(
      encode({ ...decodeChatRequest({ model: 'm', messages: [user('hi')] }), reasoning }, capabilities),
    );
    return isObject(config) ? config.thinkingConfig : undefined;
  };

  it.each<[ReasoningRequest, Capabilities, unknown]>([
    [{ effort: 'none' }, {}, { thinkingLevel: 'LOW' }],
    [{ effort: 'none' }, { efforts: ['minimal', 'high'] }, { thinkingLevel: 'MINIMAL' }],
    [{ effort: 'max' }, { efforts: ['high', 'xhigh'] }, { includeThoughts: true, thinkingLevel: 'XHIGH' }],
    [{ effort: 'none' }, { efforts: ['low', 'high'] }, { thinkingLevel: 'LOW' }],
    [{ effort: 'medium' }, {}, { includeThoughts: true, thinkingLevel: 'MEDIUM' }],
    [{ effort: 'xhigh' }, {}, { includeThoughts: true, thinkingLevel: 'HIGH' }],
    [{ effort: 'high', show: 'omitted' }, {}, { thinkingLevel: 'HIGH' }],
    [{ budget: 'auto' }, {}, { includeThoughts: true }],
    [{ budget: 9_000 }, {}, { includeThoughts: true, thinkingLevel: 'HIGH' }],
    [{ effort: 'none' }, BUDGETS, { thinkingBudget: 128 }],
    [{ effort: 'none' }, { thinking: 'budget' }, { thinkingBudget: 0 }],
    [{ budget: 'auto' }, BUDGETS, { includeThoughts: true, thinkingBudget: -1 }],
    [{ effort: 'minimal' }, BUDGETS, { includeThoughts: true, thinkingBudget: 512 }],
    [{ effort: 'max' }, BUDGETS, { includeThoughts: true, thinkingBudget: 32_768 }],
    [{ budget: 1 }, BUDGETS, { includeThoughts: true, thinkingBudget: 128 }],
    [{ effort: 'high' }, { thinking: 'none' }, undefined],
  ])('%j at %j', (reasoning, capabilities, expected) =>
    expect(thinking(reasoning, capabilities)).toEqual(expected),
  );
});

describe('tools', () => {
  const SCHEMA = {
    $schema: 'x',
    type: 'object',
    properties: { a: { const: 1 } },
    additionalProperties: false,
  };
  const tools = [{ type: 'function', function: { name: 'f', description: 'd', parameters: SCHEMA } }];
  const declared = (body: JsonObject): Json | undefined => body.tools;

  it('have JSON Schemas, or classic ones at older models', () => {
    const { $schema: _dialect, ...schema } = SCHEMA;
    expect(declared(chat({ tools }).body)).toEqual([
      { functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: schema }] },
    ]);
    expect(declared(chat({ tools }, { jsonSchema: false }).body)).toEqual([
      {
        functionDeclarations: [
          {
            name: 'f',
            description: 'd',
            parameters: { type: 'OBJECT', properties: { a: { type: 'STRING', enum: ['1'] } } },
          },
        ],
      },
    ]);
    const bare = [{ type: 'function', function: { name: 'f' } }];
    expect(declared(chat({ tools: bare }).body)).toEqual([{ functionDeclarations: [{ name: 'f' }] }]);
  });

  it.each<[Json, unknown]>([
    ['auto', { functionCallingConfig: { mode: 'AUTO' } }],
    ['none', { functionCallingConfig: { mode: 'NONE' } }],
    ['required', { functionCallingConfig: { mode: 'ANY' } }],
    [
      { type: 'function', function: { name: 'f' } },
      { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
    ],
  ])('are chosen: %j', (tool_choice, expected) =>
    expect(chat({ tools, tool_choice }).body.toolConfig).toEqual(expected),
  );

  it('get names that the vendor takes, and their own back', () => {
    const odd = [{ type: 'function', function: { name: '1 f' } }];
    const { body, restoration, losses } = chat({ tools: odd });
    expect(declared(body)).toEqual([{ functionDeclarations: [{ name: '__f' }] }]);
    expect(restoration.tools?.get('__f')).toEqual({ name: '1 f' });
    expect(losses).toEqual(['renamed_tools:1']);
  });

  it('of the vendor stay in its dialect', () => {
    const body = own({
      contents: [HI],
      tools: [{ googleSearch: {} }],
      toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } },
    });
    expect([body.tools, body.toolConfig]).toEqual([
      [{ googleSearch: {} }],
      { functionCallingConfig: { mode: 'VALIDATED' } },
    ]);
  });
});

describe('settings', () => {
  it('go where they belong, and what cannot be said is named', () => {
    const encoded = chat(
      {
        max_tokens: 9_000,
        temperature: 1.7,
        top_p: 0.5,
        stop: ['a', 'b', 'c', 'd', 'e', 'f'],
        seed: 3,
        presence_penalty: 1,
        logit_bias: { a: 1 },
        user: 'u',
      },
      { maxOutputTokens: 8_192 },
    );
    expect(configOf(encoded)).toEqual({
      maxOutputTokens: 8_192,
      temperature: 1.7,
      topP: 0.5,
      stopSequences: ['a', 'b', 'c', 'd', 'e'],
      seed: 3,
    });
    expect(encoded.restoration.localStops).toEqual(['f']);
    expect(encoded.losses).toEqual([
      'dropped:logit_bias',
      'dropped:user',
      'emulated:stop',
      'clamped:max_tokens',
      'dropped:presence_penalty',
    ]);
    expect(Object.keys(encoded.body)).not.toContain('model');
  });

  const response_format = {
    type: 'json_schema',
    json_schema: { name: 'x', schema: { type: 'object', properties: { n: { const: 'a' } } } },
  };
  it.each<[string, Capabilities, JsonObject]>([
    [
      'a JSON Schema',
      {},
      {
        responseMimeType: 'application/json',
        responseJsonSchema: { type: 'object', properties: { n: { const: 'a' } } },
      },
    ],
    [
      'a classic one',
      { jsonSchema: false },
      {
        responseMimeType: 'application/json',
        responseSchema: { type: 'OBJECT', properties: { n: { type: 'STRING', enum: ['a'] } } },
      },
    ],
  ])('ask for structure by %s', (_, capabilities, expected) =>
    expect(configOf(chat({ response_format }, capabilities))).toEqual(expected),
  );

  it('ask for structure in words where tools are in the way', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const { body, restoration, losses } = chat({ response_format, tools }, { jsonWithTools: false });
    expect([body.generationConfig, restoration.stripFences, losses]).toEqual([
      undefined,
      true,
      ['emulated:response_format'],
    ]);
    expect(JSON.stringify(body.systemInstruction)).toContain('JSON Schema');
  });

  it.each([
    [{ modalities: ['text', 'audio'] }, 'Audio output'],
    [{ thread: { type: 'create' } }, 'thread is not supported'],
  ])('refuse %j', (body, message) => expect(() => chat(body)).toThrow(message));

  it('keep in their own dialect all that they said', () => {
    const body: JsonObject = {
      contents: [HI],
      generationConfig: {
        candidateCount: 2,
        frequencyPenalty: 1,
        responseLogprobs: true,
        logprobs: 2,
        thinkingConfig: { includeThoughts: true, thinkingBudget: 5 },
        mediaResolution: 'X',
      },
      cachedContent: 'cachedContents/1',
      safetySettings: [{ category: 'A' }],
    };
    expect(own(body)).toEqual(body);
  });
});
