import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import type { VendorError } from './vendor-error';
import { complain } from './vendor-error';

/** What a member must be: a test and the words of the complaint. */
export type MemberRule = readonly [test: (value: Json) => boolean, wants: string];

export const aBoolean: MemberRule = [(v) => typeof v === 'boolean', 'a valid boolean'];
export const aString: MemberRule = [(v) => typeof v === 'string', 'a valid string'];
export const anObject: MemberRule = [isObject, 'a valid object'];
export const aList: MemberRule = [Array.isArray, 'a valid list'];
export const aNumber = (low: number, high: number): MemberRule => [
  (v) => typeof v === 'number' && v >= low && v <= high,
  `a number from ${low} to ${high}`,
];
export const anInteger = (low: number, high = Number.MAX_SAFE_INTEGER): MemberRule => [
  (v) => typeof v === 'number' && Number.isInteger(v) && v >= low && v <= high,
  `an integer from ${low}${high < Number.MAX_SAFE_INTEGER ? ` to ${high}` : ''}`,
];
export const oneOf = (...words: readonly string[]): MemberRule => [
  (v) => typeof v === 'string' && words.includes(v),
  `one of ${words.map((word) => `'${word}'`).join(', ')}`,
];

/** Splits a written list of member names. */
export const nameSet = (names: string): ReadonlySet<string> => new Set(names.trim().split(/\s+/));

/** First member that is not known. */
export const unknownMember = (body: JsonObject, known: ReadonlySet<string>): string | undefined =>
  Object.keys(body).find((key) => !known.has(key));

/** Checks the members that are present and not null. */
export function checkMembers(
  body: JsonObject,
  rules: Readonly<Record<string, MemberRule>>,
  prefix = '',
): VendorError | undefined {
  for (const [key, [test, wants]] of Object.entries(rules)) {
    const value = body[key];
    if (value !== undefined && value !== null && !test(value))
      return complain(`${prefix}${key}`, `Input should be ${wants}`);
  }
  return undefined;
}

/** First complaint of a list of checks, in order. */
export function firstProblem(checks: readonly (() => VendorError | undefined)[]): VendorError | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem) return problem;
  }
  return undefined;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
export const isBase64 = (text: string): boolean => text.length % 4 === 0 && BASE64.test(text);

/** A member as text; empty when it is none. */
export const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** Members of a list as objects; others are left out. */
export const objectsOf = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];
