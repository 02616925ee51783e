import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { camelMembers } from '../wire';

/** Members of the vendor's own kind of schema that JSON Schema does not know, or knows as numbers. */
const DROPPED = new Set(['propertyOrdering', 'nullable']);
const COUNTS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);
const MEMBERS =
  /^(?:any_of|min_items|max_items|min_length|max_length|min_properties|max_properties|property_ordering)$/;
const DEPTH = 100;

/** `"3"` is how protocol buffers write 64-bit numbers. */
const countOf = (value: Json): Json =>
  typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;

function typeOf(type: Json | undefined, nullable: boolean): Json | undefined {
  const lower = typeof type === 'string' ? type.toLowerCase() : type;
  if (lower === 'type_unspecified') return undefined;
  return nullable && typeof lower === 'string' ? [lower, 'null'] : lower;
}

function toSchema(value: JsonObject, depth: number): JsonObject {
  if (depth <= 0) return {};
  const schema = Object.keys(value).some((name) => MEMBERS.test(name)) ? camelMembers(value) : value;
  const inner = (v: Json): Json => (isObject(v) ? toSchema(v, depth - 1) : v);
  const entries = Object.entries(schema).flatMap(([name, member]): [string, Json][] => {
    if (member === undefined || DROPPED.has(name)) return [];
    if (name === 'type') {
      const type = typeOf(member, schema.nullable === true);
      return type === undefined ? [] : [[name, type]];
    }
    if (COUNTS.has(name)) return [[name, countOf(member)]];
    if (name === 'properties' && isObject(member))
      return [[name, Object.fromEntries(Object.entries(member).map(([k, v]) => [k, inner(v ?? null)]))]];
    if (name === 'anyOf' && Array.isArray(member)) return [[name, member.map(inner)]];
    if (name === 'items') return [[name, inner(member)]];
    if (name === 'enum' && Array.isArray(member) && schema.nullable === true && !member.includes(null))
      return [[name, [...member, null]]];
    return [[name, member]];
  });
  return Object.fromEntries(entries);
}

/** The vendor's own kind of schema (`parameters`, `responseSchema`) as JSON Schema: types in lower case, `nullable` a type. */
export const toJsonSchema = (schema: JsonObject): JsonObject => toSchema(schema, DEPTH);
