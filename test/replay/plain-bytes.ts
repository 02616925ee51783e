import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { bytesOf, type RecordedBody, type RecordedHeaders } from './recording';

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Most recorders store what was decoded and keep the header; some store what travelled. Undefined: it was plain. */
function decompress(bytes: Buffer, encoding: string): Buffer | undefined {
  if (isGzip(bytes)) return gunzipSync(bytes);
  if (encoding === 'br') return brotliDecompressSync(bytes);
  if (encoding !== 'deflate') return undefined;
  try {
    return inflateSync(bytes);
  } catch {
    return inflateRawSync(bytes);
  }
}

/** The bytes of a side without the encoding of their journey; undefined: it has no body. */
export function plainBytes(side: {
  readonly headers: RecordedHeaders;
  readonly body: RecordedBody;
}): Buffer | undefined {
  const bytes = bytesOf(side.body);
  if (bytes === undefined || side.body.kind !== 'base64') return bytes;
  try {
    return decompress(bytes, side.headers['content-encoding']?.at(-1)?.trim() ?? '') ?? bytes;
  } catch {
    return bytes;
  }
}
