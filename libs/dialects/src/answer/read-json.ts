import { isObject, type Json, type JsonObject } from '@turnpike/kernel';

/** Answers are read tolerantly: what is of another type is taken as absent. */
export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const objectOf = (value: Json | undefined): JsonObject | undefined =>
  isObject(value) ? value : undefined;

export const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

export const objectsOf = (value: Json | undefined): readonly JsonObject[] => listOf(value).filter(isObject);

/** A count of tokens; undefined when it is none. Fractions are cut off, negative figures are none. */
export function countOf(value: Json | undefined): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined;
  return Math.min(Math.trunc(value), Number.MAX_SAFE_INTEGER);
}
