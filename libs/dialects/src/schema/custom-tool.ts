import { isObject, type Json, type JsonObject } from '@turnpike/kernel';

/** A free-text tool where tools take objects: its text is the member `input`. */
export const CUSTOM_TOOL_SCHEMA: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
};

export const customArguments = (text: string): JsonObject => ({ input: text });

function grammarOf(format: Json | undefined): string | undefined {
  if (!isObject(format)) return undefined;
  const grammar = isObject(format.grammar) ? format.grammar : format;
  if (typeof grammar.definition !== 'string') return undefined;
  const syntax = typeof grammar.syntax === 'string' ? grammar.syntax : 'given';
  return `The input must follow this ${syntax} grammar:\n${grammar.definition}`;
}

/** The grammar that the upstream cannot enforce, told in words. */
export function customDescription(
  description: string | undefined,
  format: Json | undefined,
): string | undefined {
  const words = [description, grammarOf(format)].filter((text) => text !== undefined && text !== '');
  return words.length === 0 ? undefined : words.join('\n\n');
}
