import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';

const SNAKE = /([a-z0-9])_([a-z0-9])/g;

const camelName = (name: string): string =>
  name.replace(SNAKE, (_, a: string, b: string) => a + b.toUpperCase());

/** Asked of every object of every body, and hardly ever true: no list of names is made for it. */
function hasSnakeName(value: JsonObject): boolean {
  for (const name in value) if (name.includes('_')) return true;
  return false;
}

/**
 * The object with its own members in camelCase: the vendor's servers take both spellings, and write the one their
 * framework prefers. Values stay: what lies in arguments and schemas belongs to the caller. A member that is there in
 * both spellings counts in camelCase.
 */
export function camelMembers(value: JsonObject): JsonObject {
  if (!hasSnakeName(value)) return value;
  const names = Object.keys(value);
  const entries = names.map((name): [string, Json | undefined] => [camelName(name), value[name]]);
  const given = new Set(names);
  return Object.fromEntries(entries.filter(([name], i) => name === names[i] || !given.has(name)));
}

/** The same for what may be no object. */
export const camelObject = (value: Json | undefined): JsonObject | undefined =>
  isObject(value) ? camelMembers(value) : undefined;

/** Objects of a list, each in camelCase; a bare object is a list of one. */
export const camelObjects = (value: Json | undefined): JsonObject[] =>
  (Array.isArray(value) ? value : [value ?? null]).filter(isObject).map(camelMembers);
