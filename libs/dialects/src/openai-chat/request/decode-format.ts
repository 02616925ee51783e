import type { JsonObject } from '@turnpike/kernel';
import {
  compact,
  readBoolean,
  readObject,
  readString,
  readWord,
  refuse,
  requireObject,
  type OutputFormat,
} from '@turnpike/protocol';

const TYPES = ['text', 'json_object', 'json_schema'] as const;

/** `response_format`. */
export function decodeFormat(body: JsonObject): OutputFormat | undefined {
  const format = readObject(body.response_format, 'response_format');
  if (!format) return undefined;
  const type = readWord(format.type, 'response_format.type', TYPES);
  if (type === undefined) refuse('response_format.type', 'must be "text", "json_object" or "json_schema"');
  if (type === 'text') return { kind: 'text' };
  if (type === 'json_object') return { kind: 'json' };
  const at = 'response_format.json_schema';
  const described = requireObject(format.json_schema, at);
  return compact<OutputFormat>({
    kind: 'schema',
    name: readString(described.name, `${at}.name`),
    schema: readObject(described.schema, `${at}.schema`) ?? { type: 'object' },
    strict: readBoolean(described.strict, `${at}.strict`),
    description: readString(described.description, `${at}.description`),
  });
}
