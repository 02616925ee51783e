import type { IncomingMessage } from 'node:http';
import { GatewayError } from '@turnpike/kernel';
import type { UploadSource } from '@turnpike/pipeline';

/** How long the rest of a request is still read when nobody wants it any more. */
const DISCARD_LIMIT_MS = 30_000;

const left = (): GatewayError =>
  new GatewayError('client_disconnected', 'The client left before its request was complete.');

/** A request whose body is taken piece by piece: what nobody has asked for yet stays in the client's hands. */
export class RequestSource implements UploadSource {
  readonly length: number | undefined;

  constructor(private readonly request: IncomingMessage) {
    const stated = Number(request.headers['content-length'] ?? Number.NaN);
    this.length = Number.isSafeInteger(stated) ? stated : undefined;
  }

  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const piece = this.request.read() as Buffer | null;
      if (piece !== null) return piece;
      if (this.request.readableEnded) return undefined;
      if (this.request.destroyed) throw left();
      await this.change();
    }
  }

  /** A client that is still sending would hear a reset instead of its answer: the rest is read and thrown away. */
  release(): void {
    const { request } = this;
    if (request.readableEnded || request.destroyed) return;
    const timer = setTimeout(() => request.destroy(), DISCARD_LIMIT_MS).unref();
    request.once('close', () => clearTimeout(timer));
    request.on('error', () => undefined);
    request.resume();
  }

  /** Resolves when there is something new to be read, or the end, or nothing any more. */
  private change(): Promise<void> {
    const { request } = this;
    return new Promise((resolve) => {
      const done = (): void => {
        request.off('readable', done).off('end', done).off('error', done).off('close', done);
        resolve();
      };
      request.on('readable', done).on('end', done).on('error', done).on('close', done);
    });
  }
}
