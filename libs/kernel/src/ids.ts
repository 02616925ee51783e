import { randomFillSync } from 'node:crypto';

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
const POOL = Buffer.alloc(4096);
let used = POOL.length;
let lastMs = 0;
let sequence = 0;

/**
 * UUIDv7 (RFC 9562): 48 bits of milliseconds, a 12-bit counter that keeps ids of one process ordered within a
 * millisecond, 62 random bits. Random bytes come from a pool because one call per id costs ten times as much.
 */
export function uuidv7(nowMs: number = Date.now()): string {
  if (used + 10 > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  const r = POOL.subarray(used, used + 10);
  used += 10;
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = ((r[8]! << 8) | r[9]!) & 0x7ff;
  } else if (++sequence > 0xfff) {
    lastMs += 1;
    sequence = 0;
  }
  const hi = Math.floor(lastMs / 0x10000);
  const lo = lastMs & 0xffff;
  const h = (n: number): string => HEX[n & 0xff]!;
  return (
    h(hi >>> 24) + h(hi >>> 16) + h(hi >>> 8) + h(hi) + '-' + h(lo >>> 8) + h(lo) + '-' +
    h(0x70 | (sequence >>> 8)) + h(sequence) + '-' + h(0x80 | (r[0]! & 0x3f)) + h(r[1]!) + '-' +
    h(r[2]!) + h(r[3]!) + h(r[4]!) + h(r[5]!) + h(r[6]!) + h(r[7]!)
  );
}

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random text of `length` characters out of 0-9A-Za-z, without modulo bias. */
export function randomAlphanumeric(length: number): string {
  let out = '';
  const bytes = Buffer.alloc(length * 2);
  while (out.length < length) {
    randomFillSync(bytes);
    for (let i = 0; i < bytes.length && out.length < length; i++) {
      const b = bytes[i]!;
      if (b < 248) out += ALPHANUMERIC[b % 62];
    }
  }
  return out;
}
