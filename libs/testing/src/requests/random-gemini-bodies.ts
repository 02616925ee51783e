import type { JsonObject } from '@turnpike/kernel';
import fc from 'fast-check';

/** Conversations as generateContent clients really send them: without ids or roles, split, repeated, in both spellings. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SIGNATURE = 'c2lnX25hdGl2ZQ==';

const text = fc.oneof(fc.constantFrom('', ' ', 'Hello', 'é漢🎉', 'x\n'), fc.string({ maxLength: 12 }));
const name = fc.constantFrom('get_weather', 'get.time', 'get:time', 'mcp__server__' + 'n'.repeat(80), 'f');
const id = fc.constantFrom('read_file_17_0', 'a', 'call_1', 'x y');
const args = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });
const signature = fc.constantFrom(SIGNATURE, 'skip_thought_signature_validator', undefined, undefined);

const clean = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
const maybe = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arb, { nil: undefined, freq: 3 });

const callPart = fc
  .tuple(name, args, maybe(id), signature, fc.boolean())
  .map(([n, a, i, s, snake]): JsonObject => {
    const call = clean({ name: n, args: a, id: i });
    return snake
      ? clean({ function_call: call, thought_signature: s })
      : clean({ functionCall: call, thoughtSignature: s });
  });
const blob: JsonObject = { inlineData: { mimeType: 'image/png', data: PNG } };
const snakeBlob: JsonObject = { inline_data: { mime_type: 'image/png', data: PNG } };
const response = fc.oneof(
  text.map((output): JsonObject => ({ output })),
  text.map((error): JsonObject => ({ error })),
  args as fc.Arbitrary<JsonObject>,
);
const resultPart = fc.tuple(name, response, maybe(id), fc.boolean()).map(([n, r, i, shows]): JsonObject => ({
  functionResponse: clean({ name: n, response: r, id: i, parts: shows ? [blob] : undefined }),
}));
const textPart = fc
  .tuple(text, signature)
  .map(([t, s]): JsonObject => clean({ text: t, thoughtSignature: s }));
const thought = fc
  .tuple(text, signature)
  .map(([t, s]): JsonObject => clean({ text: t, thought: true, thoughtSignature: s }));

const content = fc.oneof(
  fc.record({
    role: fc.constant('user'),
    parts: fc.array(fc.oneof(textPart, fc.constantFrom(blob, snakeBlob)), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ parts: fc.array(textPart, { minLength: 1, maxLength: 2 }) }),
  fc.record({
    role: fc.constant('model'),
    parts: fc.array(fc.oneof(textPart, callPart, thought), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    role: fc.constantFrom('user', 'function'),
    parts: fc.array(fc.oneof(resultPart, fc.constant(blob)), { minLength: 1, maxLength: 3 }),
  }),
);

const schema = fc.constantFrom<JsonObject>(
  { parameters: { type: 'OBJECT', properties: { a: { type: 'STRING', nullable: true } }, required: ['a'] } },
  {
    parametersJsonSchema: {
      $schema: 'x',
      type: 'object',
      properties: { a: { const: 1 } },
      additionalProperties: false,
    },
  },
  { parameters_json_schema: { anyOf: [{ type: 'object', properties: { a: {} } }, { type: 'object' }] } },
  {},
);

const config = fc.record({
  maxOutputTokens: maybe(fc.integer({ min: 1, max: 100_000 })),
  temperature: maybe(fc.constantFrom(0, 0.7, 1.7)),
  topK: maybe(fc.constantFrom(1, 40)),
  stop_sequences: maybe(fc.array(fc.constantFrom('\n', 'END', 'a', 'b'), { maxLength: 5 })),
  thinkingConfig: maybe(
    fc.constantFrom<JsonObject>(
      { includeThoughts: true, thinkingBudget: 8192 },
      { thinkingLevel: 'HIGH', includeThoughts: true },
      { thinkingLevel: 'THINKING_LEVEL_UNSPECIFIED' },
      { thinkingBudget: -1 },
      { thinkingBudget: 0 },
    ),
  ),
  responseMimeType: maybe(fc.constant('application/json')),
  responseSchema: maybe(fc.constant<JsonObject>({ type: 'OBJECT', properties: { n: { type: 'NUMBER' } } })),
});

/** Bodies that a lenient server would take. The last content is the user's. */
export const geminiBodies: fc.Arbitrary<JsonObject> = fc
  .record({
    contents: fc
      .array(content, { maxLength: 7 })
      .map((list) => [...list, { role: 'user', parts: [{ text: 'go on' }] }]),
    systemInstruction: maybe(
      fc.constantFrom<JsonObject>({ parts: [{ text: 'Be brief.' }] }, { role: 'user', parts: { text: '' } }),
    ),
    tools: maybe(
      fc
        .array(fc.tuple(name, schema), { maxLength: 3 })
        .map((list) => [
          { functionDeclarations: list.map(([n, s]) => ({ name: n, description: 'd', ...s })) },
        ]),
    ),
    toolConfig: maybe(
      fc.constantFrom<JsonObject>(
        { functionCallingConfig: { mode: 'AUTO' } },
        { function_calling_config: { mode: 'NONE' } },
      ),
    ),
    generationConfig: maybe(config.map((value) => clean(value as JsonObject))),
    safetySettings: maybe(
      fc.constant<JsonObject[]>([{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }]),
    ),
  })
  .map((body) => clean({ model: 'm', ...(body as JsonObject) }));
