import type { Json } from '@turnpike/kernel';
import type { Vector } from './embeddings';

const FLOAT_BYTES = 4;
/** Floats travel little-endian, whatever this machine writes. */
const SWAPS = new Uint8Array(new Uint16Array([1]).buffer)[0] === 0;

/** 32-bit floats, little-endian, as base64: how the official SDKs ask for vectors without saying so. */
export function toBase64(vector: Vector): string {
  const floats = Float32Array.from(vector);
  const bytes = Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength);
  return (SWAPS ? bytes.swap32() : bytes).toString('base64');
}

/** @throws SyntaxError when the text is no whole number of 32-bit floats. */
export function fromBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || bytes.length % FLOAT_BYTES !== 0)
    throw new SyntaxError('a vector of broken base64');
  // A copy: pooled buffers begin at any byte, floats only at every fourth.
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  if (SWAPS) copy.swap32();
  return new Float32Array(copy.buffer, copy.byteOffset, copy.length / FLOAT_BYTES);
}

/** A vector as some vendor wrote it: numbers, or base64. @throws SyntaxError for anything else. */
export function readVector(value: Json | undefined): Vector {
  if (typeof value === 'string') return fromBase64(value);
  if (!Array.isArray(value)) throw new SyntaxError('no vector');
  for (const component of value)
    if (typeof component !== 'number') throw new SyntaxError('a vector of something else than numbers');
  return value as number[];
}

/** As JSON numbers. */
export const toNumbers = (vector: Vector): number[] => Array.from(vector);

/** Length 1: a vector that was cut to fewer dimensions lost the length it was trained with. */
export function normalise(vector: Vector): Vector {
  let largest = 0;
  for (const component of vector) largest = Math.max(largest, Math.abs(component));
  if (largest === 0 || !Number.isFinite(largest)) return vector;
  // Scaled first: squares of tiny components would vanish, those of huge ones overflow.
  let squares = 0;
  for (const component of vector) squares += (component / largest) ** 2;
  const length = Math.sqrt(squares);
  return Array.from(vector, (component) => component / largest / length);
}
