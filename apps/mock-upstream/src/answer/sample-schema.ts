import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText } from '../wire/member-rules';

const MAX_DEPTH = 12;

const typeOf = (schema: JsonObject): string => {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return asText(type.find((item) => item !== 'null')) || 'null';
  return schema.properties ? 'object' : schema.items ? 'array' : 'string';
};

function resolve(schema: JsonObject, root: JsonObject): JsonObject {
  const ref = typeof schema.$ref === 'string' ? schema.$ref : undefined;
  if (!ref?.startsWith('#/')) return schema;
  let at: Json | undefined = root;
  for (const step of ref.slice(2).split('/')) at = isObject(at) ? at[step] : undefined;
  return isObject(at) ? at : {};
}

/** Arguments that fit a tool's schema, as JSON text. */
export const sampleArgs = (schema: JsonObject, words: readonly string[] = []): string =>
  JSON.stringify(sampleSchema({ type: 'object', ...schema }, words));

/** A value that fits a JSON Schema, the same one every time. `words` fill the text members in order. */
export function sampleSchema(schema: JsonObject, words: readonly string[] = []): Json {
  const left = [...words];
  const visit = (raw: Json | undefined, depth: number): Json => {
    if (!isObject(raw) || depth > MAX_DEPTH) return null;
    const node = resolve(raw, schema);
    if (node.const !== undefined) return node.const;
    if (Array.isArray(node.enum) && node.enum.length) return node.enum[0] ?? null;
    const union = node.anyOf ?? node.oneOf ?? node.allOf;
    if (Array.isArray(union) && union.length) return visit(union[0], depth + 1);
    switch (typeOf(node)) {
      case 'object':
        return Object.fromEntries(
          Object.entries(isObject(node.properties) ? node.properties : {}).map(([key, value]) => [
            key,
            visit(value, depth + 1),
          ]),
        );
      case 'array':
        return [visit(node.items ?? { type: 'string' }, depth + 1)];
      case 'integer':
      case 'number':
        return typeof node.minimum === 'number' ? node.minimum : 1;
      case 'boolean':
        return true;
      case 'null':
        return null;
      default:
        return left.shift() ?? 'example';
    }
  };
  return visit(schema, 0);
}
