/** Providers send the same few dozen names with every answer; what they make up beyond these is not kept. */
const MOST_NAMES = 512;

interface Known {
  readonly bytes: Buffer;
  readonly name: string;
}

/** By length and first byte. */
const known = new Map<number, Known[]>();
let count = 0;

function isSame(a: Buffer, b: Buffer): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A header's name in lower case. Names that were seen before are recognised: making a string costs ten times as much. */
export function headerName(bytes: Buffer): string {
  const key = bytes.length * 256 + (bytes[0] ?? 0);
  const alike = known.get(key);
  if (alike) for (const one of alike) if (isSame(bytes, one.bytes)) return one.name;
  const name = bytes.toString('latin1').toLowerCase();
  if (count >= MOST_NAMES) return name;
  count++;
  const entry = { bytes: Buffer.from(bytes), name };
  if (alike) alike.push(entry);
  else known.set(key, [entry]);
  return name;
}
