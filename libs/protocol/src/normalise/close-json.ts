/**
 * A JSON text that was cut off, closed: open strings and brackets of its longest usable prefix get their ends.
 * undefined when not even the beginning is an object. The result still has to be parsed: it can hold other faults.
 */
export function closeJson(text: string): string | undefined {
  const open = text.trimStart();
  if (!open.startsWith('{')) return undefined;
  return closeAt(open, open.length);
}

interface Scan {
  /** Closing brackets that are due, innermost last. */
  readonly closers: string[];
  readonly inString: boolean;
  /** Text up to the cut, without a dangling escape. */
  readonly kept: string;
  /** Where the prefix was last complete: behind a value or an opening bracket, with the brackets open there. */
  readonly safe: { readonly end: number; readonly closers: readonly string[] };
}

function scan(text: string, end: number): Scan {
  const closers: string[] = [];
  let safe: Scan['safe'] = { end: 1, closers: ['}'] };
  let inString = false;
  let escapeAt = -1;
  for (let at = 0; at < end; at++) {
    const c = text[at];
    if (inString) {
      if (c === '\\') {
        const length = text[at + 1] === 'u' ? 6 : 2;
        if (at + length > end) {
          escapeAt = at;
          break;
        }
        at += length - 1;
      } else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') {
      closers.push(c === '{' ? '}' : ']');
      safe = { end: at + 1, closers: [...closers] };
    } else if (c === '}' || c === ']') {
      closers.pop();
      safe = { end: at + 1, closers: [...closers] };
    } else if (c === ',') safe = { end: at, closers: [...closers] };
  }
  return { closers, inString, kept: escapeAt < 0 ? text.slice(0, end) : text.slice(0, escapeAt), safe };
}

const close = (text: string, closers: readonly string[]): string => text + [...closers].reverse().join('');

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function closeAt(text: string, end: number): string | undefined {
  const { closers, inString, kept, safe } = scan(text, end);
  const whole = close(inString ? `${kept}"` : kept.trimEnd(), closers);
  if (parses(whole)) return whole;
  // A name without its value, half a literal, a trailing comma: back to the last complete member.
  const shorter = close(text.slice(0, safe.end), safe.closers);
  return parses(shorter) ? shorter : undefined;
}
