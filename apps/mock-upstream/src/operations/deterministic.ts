import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** As many bytes as asked for, the same for the same seed. */
export function bytesOf(seed: string, count: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(count / 32) }, (_, i) => digest(`${i}|${seed}`));
  return Buffer.concat(blocks).subarray(0, count);
}

const norm = (values: readonly number[]): number => Math.hypot(...values) || 1;
/** Vectors travel as 32-bit floats, whichever encoding they have. */
const scaled = (values: readonly number[], length: number): number[] =>
  values.map((value) => Math.fround(value / length));

/**
 * The embedding of a text: of length 1 over `full` dimensions. A shorter one is its beginning, scaled to length 1 again
 * unless the vendor leaves that to its callers.
 */
export function vectorOf(text: string, full: number, kept = full, rescale = true): number[] {
  const bytes = bytesOf(text, full * 2);
  const values = Array.from({ length: full }, (_, i) => bytes.readInt16LE(i * 2) / 32_768);
  const head = values.slice(0, kept);
  return scaled(head, norm(rescale ? head : values));
}

/** Little-endian 32-bit floats in base64. */
export function packVector(values: readonly number[]): string {
  const out = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => out.writeFloatLE(value, i * 4));
  return out.toString('base64');
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Relevance from 0 to 1: the share of the query's words that the document has, and a little that tells equals apart. */
export function scoreOf(query: string, document: string): number {
  const wanted = wordsOf(query);
  const there = new Set(wordsOf(document));
  const share = wanted.filter((word) => there.has(word)).length / Math.max(1, wanted.length);
  const spread = digest(`${query}|${document}`).readUInt16LE(0) / 65_536;
  return Number((share * 0.9 + spread * 0.1).toFixed(6));
}

const pngChunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
};

/** A PNG of one pixel whose colour is the seed's, in base64. */
export function pixelOf(seed: string): string {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(1, 0);
  size.writeUInt32BE(1, 4);
  // Eight bits of red, green and blue.
  size.writeUInt8(8, 8);
  size.writeUInt8(2, 9);
  const row = Buffer.concat([Buffer.from([0]), digest(seed).subarray(0, 3)]);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', size),
    pngChunk('IDAT', deflateSync(row)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]).toString('base64');
}

/** How many tokens a text is taken for. */
export const countOf = (text: string): number => Math.max(1, Math.ceil(text.length / 4));
