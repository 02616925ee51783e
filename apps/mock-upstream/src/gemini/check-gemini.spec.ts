import type { Json, JsonObject } from '@turnpike/kernel';
import { wireRequest } from '../wire/fixtures/wire-request';
import { createSeal } from '../wire/seal';
import type { VendorError } from '../wire/vendor-error';
import type { WireRequest } from '../wire/wire-request';
import { checkGemini } from './check-gemini';
import { callSubject } from './check-signatures';

const SEAL = createSeal('gemini');
const text = (words: string): JsonObject => ({ text: words });
const user = (...parts: JsonObject[]): JsonObject => ({
  role: 'user',
  parts: parts.length ? parts : [text('hi')],
});
const model = (...parts: JsonObject[]): JsonObject => ({ role: 'model', parts });
const call = (name = 'f', extra: JsonObject = {}): JsonObject => ({
  functionCall: { name, args: {} },
  ...extra,
});
const signed = (name = 'f', seal = SEAL): JsonObject =>
  call(name, { thoughtSignature: seal.sign(callSubject(name)) });
const response = (name = 'f', extra: JsonObject = {}): JsonObject => ({
  functionResponse: { name, response: { output: 'ok' }, ...extra },
});
const base = (extra: JsonObject = {}): JsonObject => ({ contents: [user()], ...extra });
const talk = (...contents: JsonObject[]): JsonObject => ({ contents });
const declare = (declaration: JsonObject, extra: JsonObject = {}): JsonObject =>
  base({ tools: [{ functionDeclarations: [{ name: 'f', ...declaration }] }], ...extra });
const params = (properties: JsonObject, extra: JsonObject = {}): JsonObject =>
  declare({ parameters: { type: 'OBJECT', properties, ...extra } });
const config = (generationConfig: JsonObject): JsonObject => base({ generationConfig });
const thinks = (thinkingConfig: JsonObject): JsonObject => config({ thinkingConfig });

const judge = (body: Json, modelId: string, extra: Partial<WireRequest> = {}): VendorError | undefined =>
  checkGemini(wireRequest(body, { seal: SEAL, modelId, ...extra }));

describe('what Gemini accepts', () => {
  it.each<[string, JsonObject]>([
    ['a plain request', base()],
    ['single elements for lists, and no role', { contents: { parts: { text: 'hi' } } }],
    [
      'snake case',
      {
        contents: [user({ inline_data: { mime_type: 'image/png', data: 'AAAA' } })],
        system_instruction: { parts: { text: 'be brief' } },
        generation_config: {
          max_output_tokens: '5',
          top_p: 0.5,
          thinking_config: { include_thoughts: true },
        },
        safety_settings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      },
    ],
    ['a step with its signature', talk(user(), model(signed()), user(response()))],
    [
      'only the first of parallel calls signed',
      talk(user(), model(signed('f'), call('g')), user(response('f'), response('g'))),
    ],
    [
      'the stand-in for a signature',
      talk(
        user(),
        model(call('f', { thoughtSignature: 'skip_thought_signature_validator' })),
        user(response()),
      ),
    ],
    [
      'an unsigned call of an earlier turn',
      talk(user(), model(call()), user(response()), model(text('so')), user()),
    ],
    [
      'a signature on an empty text',
      talk(user(), model(text('a'), { text: '', thoughtSignature: SEAL.sign('text') }), user()),
    ],
    ['thoughts in history', talk(user(), model({ text: 'hm', thought: true }, text('a')), user())],
    [
      'media beside a response',
      talk(
        user(),
        model(signed()),
        user(response(), { inlineData: { mimeType: 'image/png', data: 'AAAA' } }),
      ),
    ],
    [
      'media inside a response',
      talk(
        user(),
        model(signed()),
        user(response('f', { parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] })),
      ),
    ],
    [
      'tools in the small language of schemas',
      params(
        { a: { type: 'string', nullable: true }, b: { type: 'ARRAY', items: { type: 'INTEGER' } } },
        { required: ['a'] },
      ),
    ],
    [
      'tools in JSON Schema',
      declare({
        parametersJsonSchema: {
          type: 'object',
          additionalProperties: false,
          properties: { a: { const: 1 } },
        },
      }),
    ],
    ['a tool without parameters', declare({ description: 'd' })],
    [
      'a choice of one tool',
      declare({}, { toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } } }),
    ],
    [
      'a schema for the answer',
      config({
        responseMimeType: 'application/json',
        responseJsonSchema: { type: 'object', additionalProperties: false },
      }),
    ],
    ['a level of thinking', thinks({ thinkingLevel: 'low', includeThoughts: true })],
    [
      'a level that says nothing beside a budget',
      thinks({ thinkingLevel: 'THINKING_LEVEL_UNSPECIFIED', thinkingBudget: 8192 }),
    ],
  ])('%s', (_name, body) => {
    expect(judge(body, 'gemini-3-pro-preview')).toBeUndefined();
  });

  it('a model last where the model takes it up', () => {
    expect(judge(talk(user(), model(text('a'))), 'gemini-2.5-flash')).toBeUndefined();
  });

  it('unsigned calls where signatures are not required', () => {
    expect(judge(talk(user(), model(call()), user(response())), 'gemini-2.5-flash')).toBeUndefined();
  });

  it('counts of both forms, of a cloud at the top level', () => {
    const counts = { operation: 'count-tokens' } as const;
    expect(judge(base(), 'gemini-2.5-pro', counts)).toBeUndefined();
    const whole = { ...base(), systemInstruction: { parts: [text('x')] } };
    expect(judge({ generateContentRequest: { model: 'models/m', ...whole } }, 'm', counts)).toBeUndefined();
    expect(judge(whole, 'm', counts)?.message).toContain('Unknown name "systemInstruction"');
    expect(judge(whole, 'm', { ...counts, host: 'vertex' })).toBeUndefined();
  });
});

describe('what Gemini refuses', () => {
  const foreign = createSeal('messages');
  it.each<[string, Json, string]>([
    ['no object', [], 'Invalid JSON'],
    ['no contents', {}, 'contents is not specified'],
    ['members of other vendors', base({ messages: [] }), 'Unknown name "messages": Cannot find field.'],
    [
      'an unknown member of a part',
      talk(user({ text: 'x', cacheControl: {} })),
      `Unknown name "cacheControl" at 'contents[0].parts[0]'`,
    ],
    [
      'the role system',
      talk({ role: 'system', parts: [text('x')] }),
      'Please use a valid role: user, model.',
    ],
    ['no parts', talk({ role: 'user', parts: [] }), 'contents.parts must not be empty'],
    ['an empty text', talk(user(text(''))), "oneof field 'data' must have one initialized field"],
    [
      'a part of two kinds',
      talk(user({ text: 'x', inlineData: { mimeType: 'a/b', data: 'AAAA' } })),
      'already set',
    ],
    [
      'data that is no base64',
      talk(user({ inlineData: { mimeType: 'image/png', data: '###' } })),
      'TYPE_BYTES',
    ],
    ['a text that is none', talk(user({ text: 5 })), 'TYPE_STRING'],
    ['a model first', talk(model(text('a')), user()), 'first content'],
    [
      'a call without its response',
      talk(user(), model(signed()), user()),
      'number of function response parts',
    ],
    [
      'a split response',
      talk(user(), model(signed('f'), call('g')), user(response('f')), user(response('g'))),
      'number of function response parts',
    ],
    ['a response without its call', talk(user(), user(response())), 'immediately after a function call turn'],
    [
      'a response to another function',
      talk(user(), model(signed()), user(response('g'))),
      'name the functions',
    ],
    [
      'a response with another id',
      talk(
        user(),
        model({ functionCall: { id: '1', name: 'f' }, thoughtSignature: SEAL.sign(callSubject('f')) }),
        user(response('f', { id: '2' })),
      ),
      'have the ids',
    ],
    [
      'a response that is a text',
      talk(user(), model(signed()), user({ functionResponse: { name: 'f', response: 'ok' } })),
      'Struct',
    ],
    [
      'a response without a name',
      talk(user(), model(signed()), user({ functionResponse: { response: {} } })),
      'Name cannot be empty',
    ],
    [
      'calls after calls',
      talk(user(), model(signed()), model(signed())),
      'number of function response parts',
    ],
    [
      'an unsigned call in the running turn',
      talk(user(), model(call()), user(response())),
      'missing a thought_signature',
    ],
    [
      'an unsigned second step',
      talk(user(), model(signed()), user(response()), model(call('g')), user(response('g'))),
      'missing a thought_signature',
    ],
    [
      'the signature on the second of parallel calls',
      talk(user(), model(call('f'), signed('g')), user(response('f'), response('g'))),
      'missing a thought_signature',
    ],
    [
      'a foreign signature',
      talk(user(), model(signed('f', foreign)), user(response())),
      'Corrupted thought signature',
    ],
    [
      'a foreign signature long ago',
      talk(user(), model({ text: 'a', thoughtSignature: foreign.sign('text') }), user()),
      'Corrupted thought signature',
    ],
    [
      'a signature that moved',
      talk(user(), model(call('g', { thoughtSignature: SEAL.sign(callSubject('f')) })), user(response('g'))),
      'Corrupted thought signature',
    ],
    [
      'a signature that is no base64',
      talk(user(), model(call('f', { thoughtSignature: '???' })), user(response())),
      'TYPE_BYTES',
    ],
    ['$schema in parameters', params({ a: { type: 'STRING' } }, { $schema: 'x' }), 'Unknown name "$schema"'],
    [
      'additionalProperties',
      params({ a: { type: 'STRING' } }, { additionalProperties: false }),
      'Unknown name "additionalProperties"',
    ],
    ['const', params({ a: { type: 'STRING', const: 'x' } }), 'Unknown name "const"'],
    [
      'exclusiveMinimum',
      params({ a: { type: 'INTEGER', exclusiveMinimum: 0 } }),
      'Unknown name "exclusiveMinimum"',
    ],
    ['a list of types', params({ a: { type: ['string', 'null'] } }), 'TYPE_ENUM'],
    ['an object without members', params({}), 'should be non-empty for OBJECT type'],
    ['an array without items', params({ a: { type: 'ARRAY' } }), 'items: missing field'],
    [
      'words that are no strings',
      params({ a: { type: 'INTEGER', enum: ['1'] } }),
      'only allowed for STRING type',
    ],
    ['an unknown format', params({ a: { type: 'STRING', format: 'uri' } }), "only 'enum' and 'date-time'"],
    [
      'a required member that is not there',
      params({ a: { type: 'STRING' } }, { required: ['b'] }),
      'property is not defined',
    ],
    [
      'both kinds of parameters',
      declare({
        parameters: { type: 'OBJECT', properties: { a: { type: 'STRING' } } },
        parametersJsonSchema: {},
      }),
      'mutually exclusive',
    ],
    ['a bad name', declare({ name: '1f' }), 'Invalid function name'],
    [
      'a function twice',
      base({ tools: [{ functionDeclarations: [{ name: 'f' }, { name: 'f' }] }] }),
      'Duplicate function declaration',
    ],
    [
      'a choice without functions',
      base({ toolConfig: { functionCallingConfig: { mode: 'AUTO' } } }),
      'without function_declarations',
    ],
    [
      'names without a must',
      declare({}, { toolConfig: { functionCallingConfig: { mode: 'AUTO', allowedFunctionNames: ['f'] } } }),
      'mode is ANY',
    ],
    [
      'an undeclared name',
      declare({}, { toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['g'] } } }),
      'undeclared',
    ],
    [
      'level and budget',
      thinks({ thinkingLevel: 'LOW', thinkingBudget: 100 }),
      'only one of thinking budget',
    ],
    ['an unknown level', thinks({ thinkingLevel: 'MAX' }), 'TYPE_ENUM'],
    ['thinking switched off', thinks({ thinkingBudget: 0 }), 'only works in thinking mode'],
    ['a penalty', config({ presencePenalty: 1 }), 'Penalty is not enabled'],
    ['a high temperature', config({ temperature: 3 }), 'temperature'],
    ['six stop sequences', config({ stopSequences: ['1', '2', '3', '4', '5', '6'] }), 'at most 5'],
    [
      'a schema without JSON',
      config({ responseSchema: { type: 'OBJECT', properties: { a: { type: 'STRING' } } } }),
      'response_mime_type',
    ],
    ['a cache of someone else', base({ cachedContent: 'cachedContents/1' }), 'CachedContent not found'],
    [
      'a file of someone else',
      talk(user({ fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/x' } })),
      'do not have permission',
    ],
  ])('%s', (_name, body, words) => {
    const problem = judge(body, 'gemini-3-pro-preview');
    expect([400, 403]).toContain(problem?.status);
    expect(problem?.message).toContain(words);
  });

  it.each<[string, string, JsonObject, string]>([
    ['a level', 'gemini-2.5-pro', thinks({ thinkingLevel: 'LOW' }), 'Thinking level is not supported'],
    ['a small budget', 'gemini-2.5-pro', thinks({ thinkingBudget: 64 }), 'between 128 and 32768'],
    ['thinking', 'gemini-2.0-flash', thinks({ thinkingBudget: 64 }), 'Thinking is not supported'],
    [
      'JSON with tools',
      'gemini-2.5-flash',
      declare({}, { generationConfig: { responseMimeType: 'application/json' } }),
      'is unsupported',
    ],
    ['a model last', 'gemini-3.5-flash', talk(user(), model(text('a'))), 'ending with a model turn'],
    ['a model last', 'm', talk(user(), model(text('a'))), 'ending with a model turn'],
  ])('%s at %s', (_name, name, body, words) => {
    expect(judge(body, name)?.message).toContain(words);
  });
});
