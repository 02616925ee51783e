import { randomBytes } from 'node:crypto';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * JSON numbers with more than 15 digits do not survive a double. `parseJson` wraps them in marked strings and
 * `stringifyJson` unwraps them, so that a 64-bit id in a tool argument reaches the other side digit for digit.
 * The mark holds a random nonce: no client can write one.
 */
const MARK = `\u0001${randomBytes(9).toString('base64url')}:`;
const WRAPPED = new RegExp(`"\\\\u0001${MARK.slice(1)}(-?[0-9][0-9.eE+-]*)"`, 'g');
const LONG_NUMBER = /\d{16,}|\d[\d.]{16,}/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON.parse that keeps long numbers as marked strings. @throws SyntaxError as JSON.parse does. */
export function parseJson(text: string): Json {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text) as Json;
  const wrapped = text.replace(TOKEN, (token) =>
    token.charCodeAt(0) !== 34 && token.length > 15 && String(Number(token)) !== token
      ? `"\\u0001${MARK.slice(1)}${token}"`
      : token,
  );
  return JSON.parse(wrapped) as Json;
}

/** JSON.stringify that writes marked strings as the numbers they were. */
export function stringifyJson(value: Json | JsonObject): string {
  const text = JSON.stringify(value);
  return text.includes(MARK.slice(1)) ? text.replace(WRAPPED, '$1') : text;
}

/** A numeric value however parseJson delivered it; undefined when it is no number. */
export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.startsWith(MARK)) return Number(value.slice(MARK.length));
  return undefined;
}
