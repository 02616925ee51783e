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
/** No match of it is shorter, and it holds nothing but digits and points. */
const LONG_RUN = 16;
/** Digits that a double keeps; shorter numbers are never looked at twice. */
const SAFE_LENGTH = 15;
const START = /["\d]/g;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const QUOTE_OR_ESCAPE = /["\\]/g;

/** JSON.parse that keeps long numbers as marked strings. Linear in the text. @throws SyntaxError as JSON.parse does. */
export function parseJson(text: string): Json {
  const long = mayHoldLongNumber(text) && LONG_NUMBER.test(text);
  return JSON.parse(long ? wrapLongNumbers(text) : text) as Json;
}

const isDigitOrPoint = (code: number): boolean => (code >= 0x30 && code <= 0x39) || code === 0x2e;

/** Looks at every 16th character, which a run of so many cannot avoid: the pattern alone takes five times as long. */
function mayHoldLongNumber(text: string): boolean {
  for (let at = LONG_RUN - 1; at < text.length; at += LONG_RUN)
    if (isDigitOrPoint(text.charCodeAt(at)) && runAround(text, at) >= LONG_RUN) return true;
  return false;
}

function runAround(text: string, at: number): number {
  let from = at;
  let to = at + 1;
  while (isDigitOrPoint(text.charCodeAt(from - 1))) from--;
  while (isDigitOrPoint(text.charCodeAt(to))) to++;
  return to - from;
}

/**
 * Strings are skipped hit by hit and not by one pattern: a pattern for a whole string keeps a step per character, which
 * fails beyond some ten megabytes and takes quadratic time where strings do not end.
 */
function wrapLongNumbers(text: string): string {
  const pieces: string[] = [];
  let from = 0;
  START.lastIndex = 0;
  for (let hit = START.exec(text); hit; hit = START.exec(text)) {
    if (hit[0] === '"') {
      START.lastIndex = endOfString(text, hit.index + 1);
      continue;
    }
    NUMBER.lastIndex = hit.index;
    const digits = NUMBER.exec(text)?.[0] ?? hit[0];
    START.lastIndex = hit.index + digits.length;
    const start = text[hit.index - 1] === '-' ? hit.index - 1 : hit.index;
    const number = text.slice(start, START.lastIndex);
    if (number.length <= SAFE_LENGTH || String(Number(number)) === number) continue;
    pieces.push(text.slice(from, start), `"\\u0001${MARK.slice(1)}${number}"`);
    from = START.lastIndex;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

/** Position behind the closing quote; the end of the text where there is none. */
function endOfString(text: string, from: number): number {
  QUOTE_OR_ESCAPE.lastIndex = from;
  for (let hit = QUOTE_OR_ESCAPE.exec(text); hit; hit = QUOTE_OR_ESCAPE.exec(text)) {
    if (hit[0] === '"') return hit.index + 1;
    QUOTE_OR_ESCAPE.lastIndex = hit.index + 2;
  }
  return text.length;
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
