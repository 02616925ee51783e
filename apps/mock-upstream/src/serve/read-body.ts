import type { IncomingMessage } from 'node:http';

export type ReadBody =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'gone' };

/** Collects a request body up to `limitBytes`; the rest of a larger one is read and thrown away. */
export function readBody(
  request: IncomingMessage,
  limitBytes: number,
  onFirstByte: () => void = () => undefined,
): Promise<ReadBody> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.once('data', onFirstByte);
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= limitBytes) parts.push(part);
    });
    request.on('end', () =>
      resolve(size > limitBytes ? { kind: 'too-large' } : { kind: 'read', bytes: Buffer.concat(parts) }),
    );
    request.on('error', () => resolve({ kind: 'gone' }));
    request.on('close', () => resolve({ kind: 'gone' }));
  });
}
