import { scrubLine } from './scrub-line';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const UNDERSCORE = 0x5f;

/** Where a key of ours or a URL's password could begin; only then the costly scrub runs. */
const SUSPICIOUS = /tp[kaf]_|:\/\//;

/** As JSON, with nothing that is secret. Ids and most names are plain, and are written as they stand. */
function quote(text: string): string {
  let suspicious = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 || c > 0x7e || c === QUOTE || c === BACKSLASH) return scrubLine(JSON.stringify(text));
    if (c === COLON || c === UNDERSCORE) suspicious = true;
  }
  return suspicious && SUSPICIOUS.test(text) ? scrubLine(`"${text}"`) : `"${text}"`;
}

function write(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null || Array.isArray(value)
        ? scrubLine(JSON.stringify(value))
        : `{${writeMembers(value).slice(1)}}`;
    default:
      return 'null';
  }
}

/**
 * Members of a JSON object, each behind a comma; what is undefined is left out, what holds a key of ours is scrubbed.
 * By hand: JSON.stringify and one look at its whole text cost twice as much for every call.
 */
export function writeMembers(fields: object): string {
  const values = fields as Readonly<Record<string, unknown>>;
  let out = '';
  for (const name in values) {
    const value = values[name];
    if (value !== undefined) out += `,"${name}":${write(value)}`;
  }
  return out;
}
