import { isObject, type Json, type JsonObject } from '@turnpike/kernel';

const inner = (schema: JsonObject): Json[] => [
  ...[schema.properties, schema.$defs, schema.definitions]
    .flatMap((map) => (isObject(map) ? Object.values(map) : []))
    .map((v) => v ?? null),
  ...[schema.anyOf, schema.items].flat().map((v) => v ?? null),
];

function isClosed(schema: JsonObject): boolean {
  if (schema.type !== 'object' && !isObject(schema.properties)) return true;
  const names = isObject(schema.properties) ? Object.keys(schema.properties) : [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  return schema.additionalProperties === false && names.every((name) => required.includes(name));
}

/** OpenAI's condition for `strict: true`: every object is closed and requires all of its properties. */
export const isStrictSchema = (schema: JsonObject): boolean =>
  isClosed(schema) && inner(schema).every((part) => !isObject(part) || isStrictSchema(part));
