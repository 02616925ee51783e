import type { Json } from '@turnpike/kernel';

/** Deeper than any vendor nests; keeps the scan linear on a body of brackets alone. */
const MAX_DEPTH = 64;

interface Frame {
  readonly closer: '}' | ']';
  /** In an object: the next string is a key. */
  expectsKey: boolean;
}

interface Scan {
  readonly stack: Frame[];
  inString: boolean;
  escaped: boolean;
  /** End of the last text that is complete once brackets are closed, and the brackets open there. */
  safeEnd: number;
  safeClosers: string;
}

const closersOf = (stack: readonly Frame[]): string =>
  stack
    .map((frame) => frame.closer)
    .reverse()
    .join('');

function markSafe(scan: Scan, end: number): void {
  scan.safeEnd = end;
  scan.safeClosers = closersOf(scan.stack);
}

function stepOutside(scan: Scan, char: string, at: number): void {
  const top = scan.stack.at(-1);
  if (char === '"') scan.inString = true;
  else if (char === '{' || char === '[') {
    scan.stack.push({ closer: char === '{' ? '}' : ']', expectsKey: char === '{' });
    if (scan.stack.length <= MAX_DEPTH) markSafe(scan, at + 1);
  } else if (char === '}' || char === ']') {
    scan.stack.pop();
    if (scan.stack.length <= MAX_DEPTH) markSafe(scan, at + 1);
  } else if (char === ',') {
    if (scan.stack.length <= MAX_DEPTH) markSafe(scan, at);
    if (top) top.expectsKey = top.closer === '}';
  } else if (char === ':' && top) top.expectsKey = false;
}

function closeString(scan: Scan, at: number): void {
  scan.inString = false;
  if (scan.stack.length <= MAX_DEPTH && scan.stack.at(-1)?.expectsKey === false) markSafe(scan, at + 1);
}

/** Closes the strings and brackets that a cut left open; undefined when nothing usable came before the cut. */
function closePrefix(text: string): string | undefined {
  const scan: Scan = { stack: [], inString: false, escaped: false, safeEnd: 0, safeClosers: '' };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (!scan.inString) stepOutside(scan, char, at);
    else if (scan.escaped) scan.escaped = false;
    else if (char === '\\') scan.escaped = true;
    else if (char === '"') closeString(scan, at);
  }
  const valueOpen =
    scan.inString && scan.stack.length <= MAX_DEPTH && scan.stack.at(-1)?.expectsKey === false;
  if (valueOpen) return `${text.replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, '')}"${closersOf(scan.stack)}`;
  return scan.safeEnd > 0 ? text.slice(0, scan.safeEnd) + scan.safeClosers : undefined;
}

function tryParse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** JSON, also when its end was cut off; undefined for anything that is no object or array. */
export function parseJsonPrefix(text: string): Json | undefined {
  const first = text.charAt(0);
  if (first !== '{' && first !== '[') return undefined;
  const whole = tryParse(text);
  if (whole !== undefined) return whole;
  const closed = closePrefix(text);
  return closed === undefined ? undefined : tryParse(closed);
}
