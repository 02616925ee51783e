import { isObject, type JsonObject } from '@turnpike/kernel';
import type { OpaquePart } from '@turnpike/protocol';
import { unsupported, type GeminiEncoding } from './gemini-encoding';

/** What a vendor's own block becomes: itself in its own dialect, else its words, else nothing or a refusal. */
export function encodeOpaque(part: OpaquePart, encoding: GeminiEncoding): JsonObject[] {
  const { raw } = part;
  if (encoding.sameDialect && isObject(raw)) return [raw];
  const name = isObject(raw) && typeof raw.type === 'string' ? raw.type.slice(0, 64) : 'unknown';
  if (part.text !== undefined) return part.text === '' ? [] : [{ text: part.text }];
  if (part.essential)
    unsupported(`Content of type "${name}" is not supported by the model ${encoding.target.model}.`);
  encoding.losses.dropped(name);
  return [];
}
