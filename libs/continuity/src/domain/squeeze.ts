import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';

/** Below this, what compressing saves is not worth its time. */
const LEAST_BYTES = 1_024;
/** Above this, it is done beside the calls of this process and not between them. */
const MOST_INLINE_BYTES = 64 * 1_024;
const FASTEST = { level: 1 };

const deflateBeside = promisify<Buffer, { level: number }, Buffer>(deflateRaw);
const inflateBeside = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

/** Smaller where that helps. */
export function squeeze(value: Buffer): Buffer | Promise<Buffer> {
  if (value.length < LEAST_BYTES) return value;
  return value.length > MOST_INLINE_BYTES ? deflateBeside(value, FASTEST) : deflateRawSync(value, FASTEST);
}

/** The reverse. @throws RangeError (or rejects with one) for more than `mostBytes`. */
export function unsqueeze(squeezed: Buffer, mostBytes: number): Buffer | Promise<Buffer> {
  const limit = { maxOutputLength: mostBytes };
  return squeezed.length > MOST_INLINE_BYTES / 4
    ? inflateBeside(squeezed, limit)
    : inflateRawSync(squeezed, limit);
}
