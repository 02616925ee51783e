import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';

/** Members of the classic schema that go over as they are. */
const KEPT = new Set([
  ...'description nullable minItems maxItems minLength maxLength minProperties maxProperties'.split(' '),
  ...'pattern minimum maximum propertyOrdering'.split(' '),
]);
const FORMATS = new Set(['enum', 'date-time', 'int32', 'int64', 'float', 'double']);
const OBJECT: JsonObject = { type: 'OBJECT' };
const DEPTH = 32;
/** References unrolled at one place: schemas that refer to each other widely grow without end. */
const MOST_NODES = 4_000;

interface State {
  readonly root: JsonObject;
  readonly path: readonly string[];
  readonly budget: { nodes: number };
  readonly depth: number;
}

function lookUp(root: JsonObject, pointer: string): JsonObject | undefined {
  if (!pointer.startsWith('#')) return undefined;
  let at: Json | undefined = root;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return isObject(at) ? at : undefined;
}

const objectsIn = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

const namesIn = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];

/** All of several schemas at once: members of the later ones win, properties and requirements add up. */
function mergeAll(schema: JsonObject, state: State): JsonObject {
  const { allOf, ...own } = schema;
  const parts = [...objectsIn(allOf).map((part) => resolve(part, state)), own];
  const properties = parts.flatMap((part) =>
    isObject(part.properties) ? Object.entries(part.properties) : [],
  );
  const required = [...new Set(parts.flatMap((part) => namesIn(part.required)))];
  return {
    ...Object.assign({}, ...parts),
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
    ...(required.length > 0 ? { required } : {}),
  } as JsonObject;
}

/** References and `allOf` at this place, resolved. */
function resolve(schema: JsonObject, state: State): JsonObject {
  if (state.depth <= 0) return { type: 'object' };
  if (typeof schema.$ref === 'string') {
    const target = state.path.includes(schema.$ref) ? undefined : lookUp(state.root, schema.$ref);
    const { $ref, ...siblings } = schema;
    const deeper = { ...state, path: [...state.path, $ref], depth: state.depth - 1 };
    return target ? resolve({ ...target, ...siblings }, deeper) : { type: 'object', ...siblings };
  }
  return schema.allOf === undefined ? schema : mergeAll(schema, { ...state, depth: state.depth - 1 });
}

interface Typed {
  readonly type?: string;
  readonly nullable?: boolean;
  /** More than one type besides null: alternatives. */
  readonly anyOf?: readonly JsonObject[];
}

function typesOf(type: Json | undefined): Typed {
  if (typeof type === 'string') return type === 'null' ? { nullable: true } : { type };
  if (!Array.isArray(type)) return {};
  const types = type.filter((name) => typeof name === 'string' && name !== 'null') as string[];
  const nullable = type.includes('null') ? { nullable: true } : {};
  if (types.length <= 1) return { ...(types[0] === undefined ? {} : { type: types[0] }), ...nullable };
  return { anyOf: types.map((name) => ({ type: name })), ...nullable };
}

/** Alternatives; that of null alone makes the others nullable. */
function alternatives(schema: JsonObject, typed: Typed): { list: JsonObject[]; nullable: boolean } {
  const listed = [...objectsIn(schema.anyOf), ...objectsIn(schema.oneOf)];
  const given = listed.length > 0 ? listed : [...(typed.anyOf ?? [])];
  const list = given.filter((one) => one.type !== 'null');
  return { list, nullable: list.length < given.length || typed.nullable === true };
}

/** Words alone, and no empty ones; other kinds of values cannot be listed. */
function enumOf(schema: JsonObject): string[] {
  const values = Array.isArray(schema.enum) ? schema.enum : schema.const === undefined ? [] : [schema.const];
  return values
    .filter((value) => value !== null && value !== '')
    .map((value) => (typeof value === 'string' ? value : stringifyJson(value)));
}

function bounds(schema: JsonObject): JsonObject {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const least = minimum ?? (typeof exclusiveMinimum === 'number' ? exclusiveMinimum : undefined);
  const most = maximum ?? (typeof exclusiveMaximum === 'number' ? exclusiveMaximum : undefined);
  return {
    ...(least === undefined ? {} : { minimum: least }),
    ...(most === undefined ? {} : { maximum: most }),
  };
}

function objectMembers(schema: JsonObject, state: State): JsonObject {
  if (!isObject(schema.properties)) return {};
  const properties = Object.fromEntries(
    Object.entries(schema.properties)
      .filter(([, value]) => isObject(value))
      .map(([name, value]) => [name, convert(value as JsonObject, state)]),
  );
  if (Object.keys(properties).length === 0) return {};
  const required = namesIn(schema.required).filter((name) => Object.hasOwn(properties, name));
  return { properties, ...(required.length > 0 ? { required } : {}) };
}

function itemsOf(schema: JsonObject, state: State): JsonObject {
  const items = isObject(schema.items) ? schema.items : objectsIn(schema.prefixItems ?? schema.items)[0];
  return { items: items ? convert(items, state) : { type: 'STRING' } };
}

function convert(given: JsonObject, outer: State): JsonObject {
  if (outer.depth <= 0 || outer.budget.nodes-- <= 0) return OBJECT;
  const path = typeof given.$ref === 'string' ? [...outer.path, given.$ref] : outer.path;
  const schema = resolve(given, outer);
  const state = { ...outer, path, depth: outer.depth - 1 };
  const typed = typesOf(schema.type);
  const { list, nullable } = alternatives(schema, typed);
  const words = enumOf(schema);
  const implied = isObject(schema.properties) ? 'object' : words.length > 0 ? 'string' : undefined;
  const type = list.length > 0 ? undefined : words.length > 0 ? 'string' : (typed.type ?? implied);
  const kept = Object.entries(schema).filter(([name, value]) => KEPT.has(name) && value !== undefined);
  return {
    ...(type === undefined ? {} : { type: type.toUpperCase() }),
    ...Object.fromEntries(kept),
    ...(nullable ? { nullable: true } : {}),
    ...(typeof schema.format === 'string' && FORMATS.has(schema.format) ? { format: schema.format } : {}),
    ...(words.length > 0 && type === 'string' ? { enum: words } : {}),
    ...bounds(schema),
    ...(type === 'array' ? itemsOf(schema, state) : {}),
    ...(type === 'object' || isObject(schema.properties) ? objectMembers(schema, state) : {}),
    ...(list.length > 0 ? { anyOf: list.map((one) => convert(one, state)) } : {}),
  };
}

/**
 * JSON Schema as the classic `parameters` and `responseSchema` take it: references inlined, alternatives as `anyOf`,
 * null as `nullable`, and only members that it knows. A reference to itself becomes an open object.
 */
export const toClassicSchema = (schema: JsonObject): JsonObject =>
  convert(schema, { root: schema, path: [], budget: { nodes: MOST_NODES }, depth: DEPTH });
