/**
 * One walk over the bytes of a JSON text: the whole grammar is checked (RFC 8259) and nothing is built. Plain
 * functions from position to position over module state: closures over a shared index cost twice as much, and a scan
 * is never re-entered.
 */
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;

/** What the walk counts on its way. Reset by `beginWalk`. */
export const tally = { textBytes: 0, opaqueBytes: 0, images: 0, documents: 0, longNumbers: 0 };

/** Deeper nesting than this is refused: no client needs it and recursion must stay bounded. */
export const MAX_DEPTH = 200;

/** Strings longer than this that look like base64 count as opaque bytes, not as text. */
const OPAQUE_MIN = 1024;

/** Digits that a double keeps; longer numbers mark the body for lossless parsing. */
const SAFE_DIGITS = 15;

export class MalformedJson extends Error {
  constructor(
    readonly at: number,
    readonly what: string,
  ) {
    super(`${what} at byte ${at}`);
  }
}

/** 1 for bytes that end the run of plain string bytes: quote, backslash, control characters. */
const STRING_STOP = new Uint8Array(256);
STRING_STOP.fill(1, 0, 0x20);
STRING_STOP[QUOTE] = 1;
STRING_STOP[BACKSLASH] = 1;

const SPACE = new Uint8Array(256);
for (const c of [0x20, 0x09, 0x0a, 0x0d]) SPACE[c] = 1;

const DIGIT = new Uint8Array(256);
for (let c = 0x30; c <= 0x39; c++) DIGIT[c] = 1;

const HEX = new Uint8Array(256);
for (const c of Buffer.from('0123456789abcdefABCDEF')) HEX[c] = 1;

const ESCAPE = new Uint8Array(256);
for (const c of Buffer.from('"\\/bfnrt')) ESCAPE[c] = 1;

const BASE64 = new Uint8Array(256);
for (const c of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_'))
  BASE64[c] = 1;

export function beginWalk(): void {
  tally.textBytes = 0;
  tally.opaqueBytes = 0;
  tally.images = 0;
  tally.documents = 0;
  tally.longNumbers = 0;
}

export function skipSpace(bytes: Buffer, at: number): number {
  while (SPACE[bytes[at] as number] === 1) at++;
  return at;
}

/** `at` is behind the opening quote; returns the position behind the closing one. */
export function skipString(bytes: Buffer, at: number): number {
  for (;;) {
    while (STRING_STOP[bytes[at] as number] === 0) at++;
    const c = bytes[at];
    if (c === QUOTE) return at + 1;
    if (c !== BACKSLASH)
      throw new MalformedJson(at, c === undefined ? 'unterminated string' : 'control character in a string');
    const next = bytes[at + 1] as number;
    if (ESCAPE[next] === 1) at += 2;
    else if (next === 0x75 && isHex4(bytes, at + 2)) at += 6;
    else throw new MalformedJson(at, 'invalid escape in a string');
  }
}

function isHex4(bytes: Buffer, at: number): boolean {
  return (
    HEX[bytes[at] as number] === 1 &&
    HEX[bytes[at + 1] as number] === 1 &&
    HEX[bytes[at + 2] as number] === 1 &&
    HEX[bytes[at + 3] as number] === 1
  );
}

/** A long string without a byte outside base64 at 32 places spread over it is media, not prose. */
function looksOpaque(bytes: Buffer, start: number, end: number): boolean {
  const comma = bytes[start] === 0x64 && bytes[start + 4] === 0x3a ? bytes.indexOf(0x2c, start) : -1;
  const from = comma > 0 && comma < start + 200 ? comma + 1 : start;
  const step = Math.max(1, (end - from) >> 5);
  for (let at = from; at < end; at += step) if (BASE64[bytes[at] as number] === 0) return false;
  return true;
}

/** A string value: skipped and counted. */
function walkString(bytes: Buffer, at: number): number {
  const after = skipString(bytes, at);
  const length = after - 1 - at;
  if (length > OPAQUE_MIN && looksOpaque(bytes, at, after - 1)) tally.opaqueBytes += length;
  else tally.textBytes += length;
  return after;
}

function digits(bytes: Buffer, at: number): number {
  if (DIGIT[bytes[at] as number] !== 1) throw new MalformedJson(at, 'malformed number');
  while (DIGIT[bytes[at] as number] === 1) at++;
  return at;
}

function walkNumber(bytes: Buffer, start: number): number {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  if (bytes[at] === 0x30) at++;
  else at = digits(bytes, at);
  if (bytes[at] === 0x2e) at = digits(bytes, at + 1);
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    at++;
    if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
    at = digits(bytes, at);
  }
  if (at - start > SAFE_DIGITS) tally.longNumbers++;
  return at;
}

/** Whether these bytes stand there. A loop: a string made of a few bytes costs ten times as much. */
export function isText(bytes: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

function expectWord(bytes: Buffer, at: number, word: string): number {
  if (!isText(bytes, at, word)) throw new MalformedJson(at, 'unexpected token');
  return at + word.length;
}

/** `at` is at the first byte of a value (no space before it); returns the position behind the value. */
export function walkValue(bytes: Buffer, at: number, depth: number): number {
  switch (bytes[at]) {
    case QUOTE:
      return walkString(bytes, at + 1);
    case 0x7b:
      return walkObject(bytes, at + 1, depth);
    case 0x5b:
      return walkArray(bytes, at + 1, depth);
    case 0x74:
      return expectWord(bytes, at, 'true');
    case 0x66:
      return expectWord(bytes, at, 'false');
    case 0x6e:
      return expectWord(bytes, at, 'null');
    case undefined:
      throw new MalformedJson(at, 'unexpected end');
    default:
      return walkNumber(bytes, at);
  }
}

export function checkDepth(at: number, depth: number): void {
  if (depth > MAX_DEPTH) throw new MalformedJson(at, `nesting deeper than ${MAX_DEPTH} levels`);
}

/** Position of a member's value, given the position of its opening quote; space and colon are checked. */
export function walkName(bytes: Buffer, at: number): number {
  if (bytes[at] !== QUOTE) throw new MalformedJson(at, 'expected a member name');
  at = skipSpace(bytes, skipString(bytes, at + 1));
  if (bytes[at] !== 0x3a) throw new MalformedJson(at, 'expected ":"');
  return skipSpace(bytes, at + 1);
}

/** Behind a value: the position of the next member or element, or -1 - position behind the closing bracket. */
export function walkComma(bytes: Buffer, at: number, close: number): number {
  at = skipSpace(bytes, at);
  if (bytes[at] === 0x2c) return skipSpace(bytes, at + 1);
  if (bytes[at] === close) return -1 - (at + 1);
  throw new MalformedJson(
    at,
    bytes[at] === undefined ? 'unexpected end' : 'expected "," or a closing bracket',
  );
}

/** What a `type` member of a content part says, or the media type that Gemini has in its place; for estimates. */
function noteType(bytes: Buffer, name: number, value: number): void {
  if (bytes[value] !== QUOTE) return;
  if (bytes[name + 1] === 0x74) {
    if (bytes[name + 2] === 0x79 && bytes[name + 5] === QUOTE) notePart(bytes, value + 1);
  } else if (bytes[name + 1] === 0x6d && bytes[name + 2] === 0x69) noteMime(bytes, name + 1, value + 1);
}

/** "image", "image_url", "input_image" and "document", "file", "input_file" */
function notePart(bytes: Buffer, at: number): void {
  const c = bytes[at];
  if (c === 0x69) {
    if (isText(bytes, at, 'image') || isText(bytes, at, 'input_image')) tally.images++;
    else if (isText(bytes, at, 'input_file')) tally.documents++;
  } else if (isText(bytes, at, 'document"') || isText(bytes, at, 'file"')) tally.documents++;
}

/** `"mimeType": "image/png"`, in either spelling. */
function noteMime(bytes: Buffer, name: number, at: number): void {
  if (!isText(bytes, at, 'image/')) return;
  if (isText(bytes, name, 'mime_type"') || isText(bytes, name, 'mimeType"')) tally.images++;
}

function walkObject(bytes: Buffer, at: number, depth: number): number {
  checkDepth(at, depth);
  at = skipSpace(bytes, at);
  if (bytes[at] === 0x7d) return at + 1;
  for (;;) {
    const name = at;
    at = walkName(bytes, at);
    noteType(bytes, name, at);
    at = walkComma(bytes, walkValue(bytes, at, depth + 1), 0x7d);
    if (at < 0) return -1 - at;
  }
}

function walkArray(bytes: Buffer, at: number, depth: number): number {
  checkDepth(at, depth);
  at = skipSpace(bytes, at);
  if (bytes[at] === 0x5d) return at + 1;
  for (;;) {
    at = walkComma(bytes, walkValue(bytes, at, depth + 1), 0x5d);
    if (at < 0) return -1 - at;
  }
}
