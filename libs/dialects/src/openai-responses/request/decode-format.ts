import type { JsonObject } from '@turnpike/kernel';
import {
  compact,
  otherMembers,
  readBoolean,
  readObject,
  readString,
  readWord,
  refuse,
  type OutputFormat,
} from '@turnpike/protocol';

const TYPES = ['text', 'json_object', 'json_schema'] as const;
const MEMBERS = new Set(['format', 'verbosity']);

/** `text.format`. */
export function decodeFormat(text: JsonObject | undefined): OutputFormat | undefined {
  const at = 'text.format';
  const format = readObject(text?.format, at);
  if (!format) return undefined;
  const type = readWord(format.type, `${at}.type`, TYPES);
  if (type === undefined) refuse(`${at}.type`, 'must be "text", "json_object" or "json_schema"');
  if (type === 'text') return { kind: 'text' };
  if (type === 'json_object') return { kind: 'json' };
  return compact<OutputFormat>({
    kind: 'schema',
    name: readString(format.name, `${at}.name`),
    schema: readObject(format.schema, `${at}.schema`) ?? { type: 'object' },
    strict: readBoolean(format.strict, `${at}.strict`),
    description: readString(format.description, `${at}.description`),
  });
}

/** What else `text` says, for this dialect alone. */
export const otherText = (text: JsonObject | undefined): JsonObject | undefined =>
  text && otherMembers(text, MEMBERS);
