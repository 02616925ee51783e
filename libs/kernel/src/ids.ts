import { randomFillSync } from 'node:crypto';

const POOL = new Uint8Array(4096);
const VIEW = new DataView(POOL.buffer);
const BYTES_PER_ID = 10;
let used = POOL.length;
let lastMs = 0;
let sequence = 0;

/** The id as bytes of text, dashes in place: made into a string at once, it is 56 bytes; added up from parts, 500. */
const TEXT = Buffer.from('00000000-0000-7000-8000-000000000000');
const DIGITS = Buffer.from('0123456789abcdef');

/** Writes the low `count` hexadecimal digits of `value`, which has at most 32 bits. */
function putHex(value: number, at: number, count: number): void {
  for (let i = at + count - 1, rest = value; i >= at; i--, rest >>>= 4) TEXT[i] = DIGITS[rest & 15] ?? 0;
}

/**
 * UUIDv7 (RFC 9562): 48 bits of milliseconds, a 12-bit counter that keeps ids of one process ordered within a
 * millisecond, 62 random bits. Random bytes come from a pool because one call per id costs ten times as much.
 */
export function uuidv7(nowMs: number = Date.now()): string {
  if (used + BYTES_PER_ID > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  const at = used;
  used += BYTES_PER_ID;
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = VIEW.getUint16(at + 8) & 0x7ff;
  } else if (++sequence > 0xfff) {
    lastMs += 1;
    sequence = 0;
  }
  putHex(Math.floor(lastMs / 0x10000), 0, 8);
  putHex(lastMs & 0xffff, 9, 4);
  putHex(sequence, 15, 3);
  putHex(0x8000 | (VIEW.getUint16(at) & 0x3fff), 19, 4);
  putHex(VIEW.getUint16(at + 2), 24, 4);
  putHex(VIEW.getUint32(at + 4), 28, 8);
  return TEXT.toString('latin1');
}

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random text of `length` characters out of 0-9A-Za-z, without modulo bias. */
export function randomAlphanumeric(length: number): string {
  let out = '';
  const bytes = Buffer.alloc(length * 2);
  while (out.length < length) {
    randomFillSync(bytes);
    for (const byte of bytes) {
      if (byte < 248) out += ALPHANUMERIC.charAt(byte % 62);
      if (out.length === length) break;
    }
  }
  return out;
}
