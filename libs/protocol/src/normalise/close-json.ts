/** Deeper nesting is not rescued: no tool has such arguments, and what comes after must not recurse without end. */
const MAX_DEPTH = 200;

/**
 * A JSON text that was cut off, closed: open strings and brackets of its longest usable prefix get their ends.
 * undefined when not even the beginning is an object. The result still has to be parsed: it can hold other faults.
 */
export function closeJson(text: string): string | undefined {
  const open = text.trimStart();
  const scanned = open.startsWith('{') ? scan(open) : undefined;
  if (!scanned) return undefined;
  const { closers, inString, kept, safeEnd } = scanned;
  const ends = [...closers].reverse().join('');
  const whole = (inString ? `${kept}"` : kept.trimEnd()) + ends;
  if (parses(whole)) return whole;
  // A name without its value, half a literal, a trailing comma: back to the last complete member.
  const shorter = open.slice(0, safeEnd) + ends;
  return parses(shorter) ? shorter : undefined;
}

interface Scan {
  /** Closing brackets that are due, innermost last. */
  readonly closers: readonly string[];
  readonly inString: boolean;
  /** The text without a dangling escape. */
  readonly kept: string;
  /** Behind the last bracket, or before the last comma: no bracket has opened or closed since. */
  readonly safeEnd: number;
}

/** Position of the last character of an escape; undefined when the text ends within it. */
function endOfEscape(text: string, at: number): number | undefined {
  const last = at + (text[at + 1] === 'u' ? 5 : 1);
  return last < text.length ? last : undefined;
}

function scan(text: string): Scan | undefined {
  const closers: string[] = [];
  let safeEnd = 1;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (inString) {
      if (c === '"') inString = false;
      if (c !== '\\') continue;
      const last = endOfEscape(text, at);
      if (last === undefined) return { closers, inString, kept: text.slice(0, at), safeEnd };
      at = last;
    } else if (c === '"') inString = true;
    else if (c === ',') safeEnd = at;
    else if (c === '{' || c === '[') {
      if (closers.push(c === '{' ? '}' : ']') > MAX_DEPTH) return undefined;
      safeEnd = at + 1;
    } else if (c === '}' || c === ']') {
      closers.pop();
      safeEnd = at + 1;
    }
  }
  return { closers, inString, kept: text, safeEnd };
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
