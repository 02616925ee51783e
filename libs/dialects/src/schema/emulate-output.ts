import { stringifyJson, type JsonObject } from '@turnpike/kernel';
import type { OutputFormat } from '@turnpike/protocol';

/** Name of the tool that carries a structured answer where the model has no mode for one. */
export const OUTPUT_TOOL = 'json_output';
export const OUTPUT_TOOL_DESCRIPTION =
  'Gives the final answer. Call it exactly once, with the answer as its arguments.';

export interface OutputTool {
  readonly schema: JsonObject;
  /** The schema was no object: the answer is the member `value`. */
  readonly unwrapValue: boolean;
}

export function outputTool(schema: JsonObject): OutputTool {
  if (schema.type === 'object') return { schema, unwrapValue: false };
  const { $defs, ...value } = schema;
  const wrapped = { type: 'object', properties: { value }, required: ['value'], additionalProperties: false };
  return { schema: $defs === undefined ? wrapped : { ...wrapped, $defs }, unwrapValue: true };
}

/** The words that ask for JSON where neither a mode nor a tool can. */
export function outputInstruction(format: OutputFormat): string {
  if (format.schema === undefined)
    return 'Answer with one valid JSON object and nothing else: no other text and no code fences.';
  return (
    'Answer with JSON that conforms to the following JSON Schema and with nothing else: no other text and no code fences.\n' +
    stringifyJson(format.schema)
  );
}
