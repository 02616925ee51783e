import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import type { BusboyHeaders, BusboyInstance } from '@fastify/busboy';
import type { FormFile, WireForm } from '../wire/wire-request';

export type ReadForm =
  | { readonly kind: 'read'; readonly form: WireForm }
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'gone' };

/** How long after the last byte a form may take to be read. */
const PARSER_GRACE_MS = 300;

export const isForm = ({ headers }: IncomingMessage): boolean =>
  /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');

/** Reads a stream to its end for its size and hash; one that fails has none. */
function weigh(stream: Readable, done: (weight: Pick<FormFile, 'bytes' | 'sha256'>) => void): void {
  const hash = createHash('sha256');
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    hash.update(chunk);
  });
  stream.on('end', () => done({ bytes, sha256: hash.digest('hex') }));
  stream.on('error', () => undefined);
}

/** Reads a form as it comes: of files only what can be told without keeping them. */
export function readForm(
  request: IncomingMessage,
  limitBytes: number,
  onFirstByte: () => void,
): Promise<ReadForm> {
  const fields: [string, string][] = [];
  const files: FormFile[] = [];
  let size = 0;
  return new Promise((resolve) => {
    const broken = (why: string): void => resolve({ kind: 'broken', why });
    let parser: BusboyInstance;
    try {
      parser = new Busboy({ headers: request.headers as BusboyHeaders });
    } catch (error) {
      request.resume();
      return broken(String(error));
    }
    parser.on('field', (name, value) => fields.push([name, value]));
    parser.on('file', (...[name, stream, filename, , contentType]) =>
      weigh(stream, (weight) => files.push({ name, filename, contentType, ...weight })),
    );
    parser.on('finish', () =>
      resolve(size > limitBytes ? { kind: 'too-large' } : { kind: 'read', form: { fields, files } }),
    );
    parser.on('error', (error) => broken(String(error)));
    request.once('data', onFirstByte);
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
    });
    request.on('error', () => resolve({ kind: 'gone' }));
    request.on('close', () => {
      if (!request.complete) resolve({ kind: 'gone' });
    });
    // The parser says nothing of a form that stops short of its end.
    request.on('end', () => setTimeout(broken, PARSER_GRACE_MS, 'it stops short of its end').unref());
    request.pipe(parser);
  });
}
