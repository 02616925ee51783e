import type { IncomingMessage } from 'node:http';
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib';
import { GatewayError } from '@turnpike/kernel';

/** Largest request body on inference routes. */
export const BODY_LIMIT_BYTES = 36 * 1024 * 1024;

/** A sender that pauses this long is taken to wait for the answer. */
const DISCARD_QUIET_MS = 300;
const DISCARD_LIMIT_MS = 30_000;

type Done = (error: Error | null, body?: Buffer) => void;

const tooLarge = (): GatewayError =>
  new GatewayError(
    'body_too_large',
    `The request body is larger than ${BODY_LIMIT_BYTES / 1024 / 1024} MiB. Send less, or refer to files by URL.`,
    { final: true },
  );

/** The only way in which a request's stream fails; nobody hears the answer. */
const left = (cause: Error): GatewayError =>
  new GatewayError('client_disconnected', 'The client left before its request was complete.', { cause });

/** Reads a body into one buffer, sized by content-length when there is one. Any content type: the bytes are JSON or they are not. */
export function readBody(request: IncomingMessage, done: Done): void {
  const stated = Number(request.headers['content-length'] ?? -1);
  if (stated > BODY_LIMIT_BYTES) {
    return discard(request, () => done(tooLarge()));
  }
  const encoding = request.headers['content-encoding'];
  const finish: Done =
    encoding === undefined || encoding === 'identity'
      ? done
      : (error, body) => decode(encoding, error, body, done);
  if (stated >= 0) collectSized(request, stated, finish);
  else collectOpen(request, finish);
}

/**
 * Reads the rest and throws it away before the refusal: the connection closes behind it, and a client that is still
 * sending would hear a reset instead of the answer. One that stops sending, or never ends, is not waited for.
 */
function discard(request: IncomingMessage, answer: () => void): void {
  let quiet: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearTimeout(quiet);
    clearTimeout(limit);
    request.off('data', more).off('end', end).off('close', end);
    request.resume();
    answer();
  };
  const more = (): void => {
    clearTimeout(quiet);
    quiet = setTimeout(end, DISCARD_QUIET_MS);
  };
  const limit = setTimeout(end, DISCARD_LIMIT_MS);
  request.on('data', more).once('end', end).once('close', end);
  more();
}

function collectSized(request: IncomingMessage, size: number, done: Done): void {
  let whole: Buffer | undefined;
  let at = 0;
  request.on('data', (chunk: Buffer) => {
    // One packet is the common case: no copy at all.
    if (at === 0 && chunk.length === size) whole = chunk;
    else chunk.copy((whole ??= Buffer.allocUnsafe(size)), at);
    at += chunk.length;
  });
  request.on('end', () => done(null, at === size ? (whole ?? Buffer.alloc(0)) : whole?.subarray(0, at)));
  request.on('error', (error) => done(left(error)));
}

function collectOpen(request: IncomingMessage, done: Done): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let over = false;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (over) return;
    if (size > BODY_LIMIT_BYTES) {
      over = true;
      chunks.length = 0;
      return discard(request, () => done(tooLarge()));
    }
    chunks.push(chunk);
  });
  request.on('end', () => over || done(null, Buffer.concat(chunks)));
  request.on('error', (error) => over || done(left(error)));
}

type Decoder = (
  body: Buffer,
  options: ZlibOptions,
  done: (error: Error | null, plain: Buffer) => void,
) => void;

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', (body, options, done) => brotliDecompress(body, { maxOutputLength: options.maxOutputLength }, done)],
]);

function decode(encoding: string, error: Error | null, body: Buffer | undefined, done: Done): void {
  if (error || body === undefined) return done(error, body);
  const decoder = DECODERS.get(encoding.toLowerCase());
  if (!decoder) {
    const sentence =
      'This content-encoding is not supported. Send the body plain, or as gzip, deflate or br.';
    return done(new GatewayError('unsupported_encoding', sentence));
  }
  decoder(body, { maxOutputLength: BODY_LIMIT_BYTES }, (failure, plain) => {
    if (!failure) return done(null, plain);
    const large = (failure as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    done(large ? tooLarge() : new GatewayError('malformed_json', `The body is not valid ${encoding}.`));
  });
}
