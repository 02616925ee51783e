import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { objectsOf } from './member-rules';
import type { VendorError } from './vendor-error';
import { complain } from './vendor-error';

const childrenOf = (schema: JsonObject): (readonly [string, Json | undefined])[] => [
  ...['properties', '$defs', 'definitions'].flatMap((word) =>
    Object.entries(isObject(schema[word]) ? schema[word] : {}),
  ),
  ['items', schema.items],
  ...objectsOf(schema.anyOf).map((branch, i) => [String(i), branch] as const),
];

/** Strict schemas must close every object and require every member, at every depth. */
export function checkStrictSchema(schema: JsonObject, at: string, context = '()'): VendorError | undefined {
  if (schema.type === 'object' || isObject(schema.properties)) {
    if (schema.additionalProperties !== false)
      return complain(
        at,
        `Invalid schema: In context=${context}, 'additionalProperties' is required to be supplied and to be false.`,
      );
    const names = Object.keys(isObject(schema.properties) ? schema.properties : {});
    const required = Array.isArray(schema.required) ? schema.required : [];
    const missing = names.find((name) => !required.includes(name));
    if (missing !== undefined)
      return complain(
        at,
        `Invalid schema: In context=${context}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`,
      );
  }
  for (const [name, child] of childrenOf(schema)) {
    const problem = isObject(child)
      ? checkStrictSchema(child, at, `${context.slice(0, -1)}'${name}',)`)
      : undefined;
    if (problem) return problem;
  }
  return undefined;
}
