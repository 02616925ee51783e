import type { JsonObject } from '@turnpike/kernel';
import fc from 'fast-check';

/** Responses bodies as clients really send them: items without type, calls never answered, odd names, foreign reasoning. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const text = fc.oneof(fc.constantFrom('', ' ', 'Hello', 'é漢🎉', 'x\n'), fc.string({ maxLength: 12 }));
const id = fc.constantFrom('a', 'b', 'call_1', 'toolu_01', 'functions.x:0', 'i'.repeat(70));
const name = fc.constantFrom('get_weather', 'get.time', 'mcp__server__' + 'n'.repeat(80), 'Übung', 'f');
const args = fc.constantFrom('', 'null', '{}', '{"a":', '{"id":12345678901234567890}', 'no json');

const clean = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
const maybe = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arb, { nil: undefined, freq: 3 });

const inputPart = fc.oneof(
  { weight: 4, arbitrary: text.map((t): JsonObject => ({ type: 'input_text', text: t })) },
  {
    weight: 1,
    arbitrary: fc.constant<JsonObject>({ type: 'input_image', image_url: `data:image/png;base64,${PNG}` }),
  },
);
const content = fc.oneof(text, fc.array(inputPart, { minLength: 1, maxLength: 3 }));
const outputText = text.map((t) => ({ type: 'output_text', text: t, annotations: [] }));

const message = fc.oneof(
  content.map((c): JsonObject[] => [{ role: 'user', content: c }]),
  content.map((c): JsonObject[] => [{ type: 'message', role: 'user', content: c, id: 'msg_client' }]),
  text.map((c): JsonObject[] => [{ type: 'message', role: 'developer', content: c }]),
  fc
    .tuple(fc.array(outputText, { maxLength: 2 }), maybe(fc.constantFrom('commentary', 'final_answer')))
    .map(([c, phase]) => [clean({ type: 'message', role: 'assistant', content: c, phase, id: 'msg_1' })]),
  text.map((c): JsonObject[] => [{ role: 'assistant', content: c }]),
);
const reasoning = fc
  .tuple(text, maybe(fc.constantFrom('gAAA', 'bm90IG91cnM=')))
  .map(([t, encrypted_content]): JsonObject[] => [
    clean({
      type: 'reasoning',
      id: 'rs_1',
      summary: t === '' ? [] : [{ type: 'summary_text', text: t }],
      content: null,
      encrypted_content,
    }),
  ]);
const output = fc.oneof(text, fc.array(inputPart, { maxLength: 2 }));
const functionCall = fc
  .tuple(id, name, args, maybe(output), maybe(fc.constant('files')))
  .map(([call_id, n, a, out, namespace]): JsonObject[] => [
    clean({ type: 'function_call', id: 'fc_1', call_id, name: n, arguments: a, namespace }),
    ...(out === undefined ? [] : [{ type: 'function_call_output', call_id, output: out }]),
  ]);
const customCall = fc
  .tuple(id, text, maybe(output))
  .map(([call_id, input, out]): JsonObject[] => [
    { type: 'custom_tool_call', call_id, name: 'apply_patch', input },
    ...(out === undefined ? [] : [{ type: 'custom_tool_call_output', call_id, output: out }]),
  ]);

const functionTool = fc.tuple(name, maybe(fc.boolean())).map(([n, strict]): JsonObject =>
  clean({
    type: 'function',
    name: n,
    parameters: { type: 'object', properties: { a: { type: 'string' } } },
    strict,
  }),
);
const customTool = fc.constant<JsonObject>({
  type: 'custom',
  name: 'apply_patch',
  description: 'Edits files.',
  format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
});
const namespaceTool = fc.array(functionTool, { minLength: 1, maxLength: 2 }).map((tools): JsonObject => ({
  type: 'namespace',
  name: 'files',
  description: 'Files.',
  tools,
}));

export interface ResponsesBodyOptions {
  /** Namespaces exist only in the client's own dialect. */
  readonly namespaces: boolean;
}

/** Bodies that a lenient server would take. The last message is the user's. */
export const responsesBodies = ({ namespaces }: ResponsesBodyOptions): fc.Arbitrary<JsonObject> =>
  fc
    .record({
      instructions: maybe(text),
      input: fc
        .array(fc.oneof(message, reasoning, functionCall, customCall), { maxLength: 8 })
        .map((groups) => [...groups.flat(), { role: 'user', content: 'go on' }]),
      tools: maybe(
        fc.array(
          namespaces ? fc.oneof(functionTool, customTool, namespaceTool) : fc.oneof(functionTool, customTool),
          {
            maxLength: 4,
          },
        ),
      ),
      tool_choice: maybe(fc.constantFrom('auto', 'none')),
      parallel_tool_calls: maybe(fc.boolean()),
      stream: maybe(fc.boolean()),
      store: maybe(fc.boolean()),
      include: maybe(fc.constant<string[]>(['reasoning.encrypted_content'])),
      max_output_tokens: maybe(fc.integer({ min: 1, max: 50_000 })),
      temperature: maybe(fc.constantFrom(0, 0.7, 1, 1.7)),
      top_p: maybe(fc.constantFrom(0.1, 1)),
      reasoning: maybe(
        fc.constantFrom<JsonObject>(
          { effort: 'high' },
          { effort: 'minimal', summary: 'auto' },
          { effort: null, summary: null },
        ),
      ),
      text: maybe(
        fc.constantFrom<JsonObject>(
          { verbosity: 'low' },
          { format: { type: 'json_object' } },
          { format: { type: 'json_schema', name: 'x', schema: { type: 'object', properties: {} } } },
        ),
      ),
      user: maybe(fc.constant('user-1')),
      metadata: maybe(fc.constant({ a: 'b' })),
      prompt_cache_key: maybe(fc.constant('key')),
    })
    .map((body) => clean({ model: 'm', ...body }));
