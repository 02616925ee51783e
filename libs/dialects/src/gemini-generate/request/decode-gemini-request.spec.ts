import type { JsonObject } from '@turnpike/kernel';
import { wrapSignature, type ChatRequest, type Part } from '@turnpike/protocol';
import { encodeChatRequest } from '../../openai-chat/request';
import { decodeGeminiRequest } from './decode-gemini-request';

const ADDRESS = { model: 'gemini-x', stream: true };
const decode = (body: JsonObject): ChatRequest => decodeGeminiRequest(body, ADDRESS);
const hi: JsonObject = { role: 'user', parts: [{ text: 'hi' }] };
const asking = (more: JsonObject): ChatRequest => decode({ contents: [hi], ...more });
const said = (...contents: JsonObject[]): ChatRequest['turns'] => decode({ contents }).turns;
const parts = (...list: JsonObject[]): readonly Part[] =>
  said({ role: 'model', parts: list })[0]?.parts ?? [];
const call = (name: string, id?: string): JsonObject => ({
  functionCall: { name, args: {}, ...(id ? { id } : {}) },
});
const result = (name: string, output: string, id?: string): JsonObject => ({
  functionResponse: { name, response: { output }, ...(id ? { id } : {}) },
});
const model = (...list: JsonObject[]): JsonObject => ({ role: 'model', parts: list });
const user = (...list: JsonObject[]): JsonObject => ({ role: 'user', parts: list });

/** Which call each result answers: the position of the call, and what the result says. */
function answers(...contents: JsonObject[]): unknown {
  const all = said(...contents).flatMap((turn) => turn.parts);
  const ids = all.flatMap((part) => (part.kind === 'call' ? [part.id] : []));
  return all.flatMap((part) => {
    if (part.kind !== 'result') return [];
    const [text] = part.parts;
    return [[ids.indexOf(part.callId), text?.kind === 'text' ? text.text : '']];
  });
}

describe('decodeGeminiRequest', () => {
  it('takes model and stream from the address, and the model of a body where there is none', () => {
    expect(asking({})).toMatchObject({ model: 'gemini-x', stream: true, includeUsage: true });
    expect(decodeGeminiRequest({ model: 'models/m', contents: hi })).toMatchObject({
      model: 'm',
      stream: false,
    });
    expect(() => decodeGeminiRequest({ contents: hi })).toThrow('model is required');
    const counted = {
      generateContentRequest: { model: 'models/m', contents: [hi], systemInstruction: 'Be.' },
    };
    expect(decodeGeminiRequest(counted)).toMatchObject({
      model: 'm',
      system: [{ kind: 'text', text: 'Be.' }],
    });
  });

  it.each<[string, JsonObject]>([
    [
      'camelCase',
      {
        systemInstruction: { parts: [{ text: 's' }] },
        generationConfig: { maxOutputTokens: 5, topK: 3, stopSequences: ['x'] },
        toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      },
    ],
    [
      'snake_case',
      {
        system_instruction: { parts: { text: 's' } },
        generation_config: { max_output_tokens: 5, top_k: 3, stop_sequences: ['x'] },
        tool_config: { function_calling_config: { mode: 'any', allowed_function_names: ['f'] } },
      },
    ],
  ])('reads %s', (_, body) => {
    expect(asking(body)).toMatchObject({
      system: [{ text: 's' }],
      maxTokens: 5,
      topK: 3,
      stop: ['x'],
      toolChoice: { kind: 'tool', name: 'f' },
    });
  });

  it.each<[string, JsonObject[] | JsonObject | string]>([
    ['a list', [hi]],
    ['one content', hi],
    ['a content without a role', { parts: [{ text: 'hi' }] }],
    ['a bare part', { role: 'user', parts: { text: 'hi' } }],
    ['a string', 'hi'],
  ])('reads contents given as %s', (_, contents) => {
    expect(decode({ contents }).turns).toEqual([{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }]);
  });

  it.each<[string, JsonObject, string]>([
    ['no contents', {}, 'contents is required'],
    ['an empty list', { contents: [] }, 'contents must hold'],
    ['an odd role', { contents: [{ role: 'boss', parts: [] }] }, 'contents[0].role must be'],
    ['odd parts', { contents: [{ parts: 3 }] }, 'contents[0].parts must be an array'],
    [
      'a call without a name',
      { contents: [model({ functionCall: {} })] },
      'contents[0].parts[0].functionCall.name is required',
    ],
    [
      'hot',
      { contents: [hi], generationConfig: { temperature: 3 } },
      'generationConfig.temperature must be between',
    ],
  ])('refuses %s', (_, body, message) => expect(() => decode(body)).toThrow(message));
});

describe('calls and results', () => {
  it('are matched by name and order where there are no ids', () => {
    expect(
      answers(
        model(call('f'), call('g'), call('f')),
        user(result('g', '1'), result('f', '2'), result('f', '3')),
      ),
    ).toEqual([
      [1, '1'],
      [0, '2'],
      [2, '3'],
    ]);
  });

  it('are matched by id where there is one, on one side or both', () => {
    expect(
      answers(model(call('f', 'a'), call('f', 'b')), user(result('f', '1', 'b'), result('f', '2', 'a'))),
    ).toEqual([
      [1, '1'],
      [0, '2'],
    ]);
    expect(answers(model(call('f'), call('f')), user(result('f', '1', 'x'), result('f', '2', 'y')))).toEqual([
      [0, '1'],
      [1, '2'],
    ]);
  });

  it('are found though the answers are spread over contents', () => {
    expect(answers(model(call('f'), call('g')), user(result('f', '1')), user(result('g', '2')))).toEqual([
      [0, '1'],
      [1, '2'],
    ]);
  });

  it('begin anew with every turn of the model', () => {
    expect(
      answers(model(call('f')), user(result('f', '1')), model(call('f')), user(result('f', '2'))),
    ).toEqual([
      [0, '1'],
      [1, '2'],
    ]);
  });

  it('say the same thing once', () => {
    expect(
      answers(model(call('f'), call('g')), user(result('f', '1'), result('g', '2')), user(result('f', '1'))),
    ).toEqual([
      [0, '1'],
      [1, '2'],
    ]);
    const twice = decode({
      contents: [model(call('f', 'a')), user(result('f', '1', 'a')), user(result('f', '1', 'a'))],
    });
    const { body } = encodeChatRequest(twice, { model: 'm', capabilities: {}, vendor: 'x' });
    expect(body.messages).toHaveLength(2);
  });

  it('keep the ids of a conversation that grows', () => {
    const begun = [model(call('f'))];
    const ids = (turns: ChatRequest['turns']): unknown =>
      turns[0]?.parts.map((part) => (part.kind === 'call' ? part.id : ''));
    expect(ids(said(...begun, user(result('f', '1')), model(call('f'))))).toEqual(ids(said(...begun)));
    expect(ids(said(...begun))).toEqual([expect.stringMatching(/^call_[A-Za-z0-9]{24}$/)]);
  });

  it.each<[JsonObject, string, boolean | undefined]>([
    [{ output: 'x' }, 'x', undefined],
    [{ result: 'x' }, 'x', undefined],
    [{ error: 'x' }, 'x', true],
    [{ error: { code: 1 } }, '{"code":1}', true],
    [{ output: { a: 1 } }, '{"output":{"a":1}}', undefined],
    [{ temperature: 20 }, '{"temperature":20}', undefined],
    [{}, '', undefined],
  ])('read %j', (response, text, isError) => {
    const [turn] = said(user({ functionResponse: { name: 'f', response } }));
    expect(turn?.parts[0]).toMatchObject({
      kind: 'result',
      parts: [{ kind: 'text', text }],
      ...(isError ? { isError } : {}),
    });
  });

  it('show pictures inside a response and beside it', () => {
    const png = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } };
    const [, turn] = said(
      model(call('f')),
      user({ function_response: { name: 'f', response: { output: 'x' }, parts: [png] } }, png),
    );
    expect(turn?.parts.map((part) => part.kind)).toEqual(['result', 'image']);
    expect(turn?.parts[0]).toMatchObject({ parts: [{ kind: 'text' }, { kind: 'image' }] });
  });
});

describe('thoughts and signatures', () => {
  const wrapped = (kind: 'thinking' | 'redacted' | 'reasoning' | 'unsigned'): string =>
    wrapSignature({ vendor: 'anthropic', kind, value: 's' });

  it.each<[string, JsonObject[], unknown[]]>([
    [
      'thoughts in pieces are one',
      [
        { text: 'a', thought: true },
        { text: 'b', thought: true },
        { text: '', thought: true, thoughtSignature: wrapped('thinking') },
      ],
      [{ kind: 'reasoning', text: 'ab', signature: { vendor: 'anthropic', value: 's' } }],
    ],
    [
      'a call keeps its own',
      [{ ...call('f', 'a'), thoughtSignature: 'c2ln' }],
      [{ kind: 'call', signature: { vendor: 'google', value: 'c2ln' } }],
    ],
    [
      'a text keeps its own',
      [{ text: 'a', thought_signature: 'c2ln' }],
      [{ kind: 'text', text: 'a', signature: { vendor: 'google', value: 'c2ln' } }],
    ],
    [
      'an empty text is its signature',
      [{ text: '', thoughtSignature: 'c2ln' }],
      [{ kind: 'reasoning', signature: { vendor: 'google', value: 'c2ln' } }],
    ],
    [
      'a rider comes before its part',
      [{ text: 'a', thoughtSignature: wrapped('redacted') }],
      [
        { kind: 'reasoning', redacted: 's' },
        { kind: 'text', text: 'a' },
      ],
    ],
    [
      'a rider of a call too',
      [{ ...call('f', 'a'), thoughtSignature: wrapped('reasoning') }],
      [{ kind: 'reasoning', signature: { vendor: 'anthropic', value: 's' } }, { kind: 'call' }],
    ],
    [
      'the word for none is none',
      [{ text: 'a', thoughtSignature: 'skip_thought_signature_validator' }],
      [{ kind: 'text', text: 'a' }],
    ],
    [
      'a marker is none',
      [{ text: 'a', thought: true, thoughtSignature: wrapped('unsigned') }],
      [{ kind: 'reasoning', text: 'a' }],
    ],
  ])('%s', (_, list, expected) => {
    expect(parts(...list)).toEqual(expected.map((part): unknown => expect.objectContaining(part as object)));
    expect(parts(...list)).toHaveLength(expected.length);
  });
});

describe('settings', () => {
  it.each<[JsonObject, ChatRequest['reasoning']]>([
    [{ includeThoughts: true }, { budget: 'auto', show: 'auto' }],
    [{ includeThoughts: false }, undefined],
    [{ thinkingBudget: -1 }, { budget: 'auto', show: 'omitted' }],
    [{ thinkingBudget: 0 }, { effort: 'none' }],
    [
      { thinkingBudget: 2048, includeThoughts: true },
      { budget: 2048, show: 'auto' },
    ],
    [
      { thinking_level: 'high', include_thoughts: true },
      { effort: 'high', show: 'auto' },
    ],
    [{ thinkingLevel: 'THINKING_LEVEL_UNSPECIFIED' }, undefined],
  ])('thinking %j', (thinkingConfig, expected) => {
    expect(asking({ generationConfig: { thinkingConfig } }).reasoning).toEqual(expected);
  });

  it.each<[JsonObject, ChatRequest['format']]>([
    [{ responseMimeType: 'application/json' }, { kind: 'json' }],
    [{ responseMimeType: 'text/plain' }, undefined],
    [
      { responseMimeType: 'application/json', responseSchema: { type: 'STRING' } },
      { kind: 'schema', schema: { type: 'string' } },
    ],
    [
      { response_mime_type: 'application/json', response_json_schema: { type: 'object' } },
      { kind: 'schema', schema: { type: 'object' } },
    ],
  ])('format %j', (generationConfig, expected) =>
    expect(asking({ generationConfig }).format).toEqual(expected),
  );

  it.each<[JsonObject, ChatRequest['toolChoice']]>([
    [{ mode: 'AUTO' }, { kind: 'auto' }],
    [{ mode: 'NONE' }, { kind: 'none' }],
    [{ mode: 'ANY' }, { kind: 'any' }],
    [
      { mode: 'ANY', allowedFunctionNames: ['a', 'b'] },
      { kind: 'allowed', names: ['a', 'b'], mode: 'any' },
    ],
    [{ mode: 'VALIDATED' }, { kind: 'auto' }],
    [{ mode: 'MODE_UNSPECIFIED' }, undefined],
  ])('choice %j', (functionCallingConfig, expected) => {
    expect(asking({ toolConfig: { functionCallingConfig } }).toolChoice).toEqual(expected);
  });

  it('reads declarations and what runs at the vendor', () => {
    const { tools } = asking({
      tools: [
        {
          functionDeclarations: [
            { name: 'f', parameters: { type: 'OBJECT' } },
            { name: 'g', parametersJsonSchema: { type: 'object' } },
          ],
        },
        { googleSearch: {} },
      ],
    });
    expect(tools).toEqual([
      { kind: 'function', name: 'f', schema: { type: 'object' }, raw: { parameters: { type: 'OBJECT' } } },
      { kind: 'function', name: 'g', schema: { type: 'object' } },
      { kind: 'hosted', name: 'googleSearch', raw: { googleSearch: {} } },
    ]);
  });

  it('keeps what only the vendor knows for the vendor, and says that it is lost elsewhere', () => {
    const request = asking({ safetySettings: [{}], generation_config: { speechConfig: {} } });
    expect(request.native).toEqual({ safetySettings: [{}], generationConfig: { speechConfig: {} } });
    const { losses } = encodeChatRequest(request, { model: 'm', capabilities: {}, vendor: 'x' });
    expect(losses).toEqual(['dropped:safetySettings', 'dropped:speechConfig']);
  });

  it('cannot leave a stored beginning out elsewhere', () => {
    const request = asking({ cachedContent: 'cachedContents/1' });
    expect(() => encodeChatRequest(request, { model: 'm', capabilities: {}, vendor: 'x' })).toThrow(
      'cachedContent',
    );
  });

  it.each<[JsonObject, JsonObject]>([
    [
      { fileUri: 'https://a.example/x.png', mimeType: 'image/png' },
      { kind: 'image', source: { kind: 'url', url: 'https://a.example/x.png', mimeType: 'image/png' } },
    ],
    [
      { file_uri: 'https://generativelanguage.googleapis.com/v1beta/files/1', mime_type: 'application/pdf' },
      { kind: 'file', source: { kind: 'file', vendor: 'google' } },
    ],
    [
      { fileUri: 'gs://b/x.mp4', mimeType: 'video/mp4' },
      { kind: 'video', source: { kind: 'file', vendor: 'google' } },
    ],
    [{ fileUri: 'https://youtu.be/x' }, { kind: 'video', source: { kind: 'url' } }],
  ])('reads the file %j', (fileData, expected) => {
    expect(said(user({ fileData }))[0]?.parts[0]).toMatchObject(expected);
  });
});
