import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';

/** Constraints that Anthropic's structured output refuses; they become words of the description. */
const UNSUPPORTED = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'patternProperties',
]);

/** Members whose values are maps from names to schemas. */
const MAPS = new Set(['properties', '$defs', 'definitions']);
/** Members whose values are data, not schemas. */
const DATA = new Set(['enum', 'const', 'default', 'examples', 'required']);

export interface SimplifiedSchema {
  readonly schema: JsonObject;
  /** Constraints were turned into words or objects were closed. */
  readonly simplified: boolean;
}

interface State {
  simplified: boolean;
}

const isObjectType = (schema: JsonObject): boolean =>
  schema.type === 'object' ||
  (Array.isArray(schema.type) && schema.type.includes('object')) ||
  isObject(schema.properties);

const refused = (name: string, value: Json | undefined): boolean =>
  UNSUPPORTED.has(name) || (name === 'minItems' && value !== 0 && value !== 1);

function simplifyMember(name: string, value: Json, state: State): Json {
  if (DATA.has(name)) return value;
  if (MAPS.has(name) && isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k, isObject(v) ? simplify(v, state) : v]),
    );
  if (Array.isArray(value)) return value.map((v) => (isObject(v) ? simplify(v, state) : v));
  return isObject(value) ? simplify(value, state) : value;
}

function simplify(schema: JsonObject, state: State): JsonObject {
  const entries = Object.entries(schema).filter(([name, value]) => value !== undefined && name !== '$schema');
  const dropped = entries.filter(([name, value]) => refused(name, value));
  const kept = entries
    .filter(([name, value]) => !refused(name, value))
    .map(([name, value]): [string, Json] => [name, simplifyMember(name, value ?? null, state)]);
  const out: JsonObject = Object.fromEntries(kept);
  if (dropped.length > 0) {
    state.simplified = true;
    const words = dropped.map(([name, value]) => `${name}: ${stringifyJson(value ?? null)}`).join(', ');
    out.description = typeof schema.description === 'string' ? `${schema.description} (${words})` : words;
  }
  if (isObjectType(schema) && out.additionalProperties !== false) {
    state.simplified ||= out.additionalProperties !== undefined;
    out.additionalProperties = false;
  }
  return out;
}

/** A response schema as Anthropic's structured output takes it: closed objects, no numeric or length constraints. */
export function toClosedSchema(schema: JsonObject): SimplifiedSchema {
  const state: State = { simplified: false };
  return { schema: simplify(schema, state), simplified: state.simplified };
}
