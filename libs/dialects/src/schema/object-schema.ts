import { isObject, type Json, type JsonObject } from '@turnpike/kernel';

const COMBINERS = ['oneOf', 'anyOf', 'allOf'] as const;
const MAX_HOPS = 16;

/** A local reference at the root, resolved; its siblings (`$defs` among them) stay. */
function resolveRoot(schema: JsonObject): JsonObject {
  let root = schema;
  for (let hop = 0; hop < MAX_HOPS && typeof root.$ref === 'string'; hop++) {
    const target = lookUp(schema, root.$ref);
    if (!target) break;
    const { $ref: _resolved, ...siblings } = root;
    root = { ...target, ...siblings };
  }
  return root;
}

function lookUp(schema: JsonObject, pointer: string): JsonObject | undefined {
  if (!pointer.startsWith('#/')) return undefined;
  let at: Json | undefined = schema;
  for (const step of pointer.slice(2).split('/')) {
    if (!isObject(at)) return undefined;
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    at = Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return isObject(at) ? at : undefined;
}

const namesIn = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];

/**
 * The alternatives of a combiner as one object: all properties; required is what every alternative requires (`allOf`:
 * any of them).
 */
function mergeCombiner(root: JsonObject, combiner: (typeof COMBINERS)[number]): JsonObject {
  const { [combiner]: list, ...rest } = root;
  const branches = (Array.isArray(list) ? list : [])
    .filter(isObject)
    .map((b) => resolveRoot({ ...b, $defs: root.$defs }));
  const properties = Object.fromEntries(
    [...branches, root].flatMap((b) => (isObject(b.properties) ? Object.entries(b.properties) : [])),
  );
  const sets = branches.map((b) => namesIn(b.required));
  const shared =
    combiner === 'allOf' ? sets.flat() : (sets[0] ?? []).filter((n) => sets.every((s) => s.includes(n)));
  const required = [...new Set([...namesIn(root.required), ...shared])];
  return { ...rest, type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}

const describesObject = (root: JsonObject): boolean =>
  root.type === 'object' ||
  (Array.isArray(root.type) && root.type.includes('object')) ||
  (root.type === undefined && root.enum === undefined && root.const === undefined);

/**
 * A schema whose top level is a plain object, as tools need it: references resolved, alternatives merged at the root, any
 * other type put under `value`. Below the root nothing changes.
 */
export function toObjectSchema(schema: JsonObject | undefined): JsonObject {
  if (schema === undefined) return { type: 'object', properties: {} };
  let root = resolveRoot(schema);
  for (const combiner of COMBINERS)
    if (root[combiner] !== undefined && describesObject(root)) root = mergeCombiner(root, combiner);
  if (!describesObject(root)) return { type: 'object', properties: { value: schema }, required: ['value'] };
  const { type: _type, $schema: _dialect, ...rest } = root;
  const { $defs, ...members } = rest;
  return { type: 'object', ...members, ...($defs === undefined ? {} : { $defs }) };
}
