import { randomFillSync } from 'node:crypto';

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
const POOL = new Uint8Array(4096);
const VIEW = new DataView(POOL.buffer);
const BYTES_PER_ID = 10;
let used = POOL.length;
let lastMs = 0;
let sequence = 0;

const hex8 = (n: number): string => HEX[n & 0xff] ?? '';
const hex16 = (n: number): string => hex8(n >>> 8) + hex8(n);
const hex32 = (n: number): string => hex8(n >>> 24) + hex8(n >>> 16) + hex8(n >>> 8) + hex8(n);

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
  const time = hex32(Math.floor(lastMs / 0x10000)) + '-' + hex16(lastMs & 0xffff);
  const variant = 0x8000 | (VIEW.getUint16(at) & 0x3fff);
  const random = hex16(VIEW.getUint16(at + 2)) + hex32(VIEW.getUint32(at + 4));
  return `${time}-${hex16(0x7000 | sequence)}-${hex16(variant)}-${random}`;
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
