import type { ServerResponse } from 'node:http';
import { Reply } from '@turnpike/pipeline';

const ignore = (): void => undefined;

/** The client's side over a hijacked response. `close` without our own end means that the client left. */
export class RawReply extends Reply {
  gone: boolean;
  private ended = false;
  private isCut = false;

  /** `onHead`: told of the status as it leaves. */
  constructor(
    private readonly raw: ServerResponse,
    private readonly onHead?: (status: number) => void,
  ) {
    super();
    // The client may have left while its key was looked up: then `close` has been and does not come again.
    this.gone = raw.destroyed || raw.req.socket.destroyed;
    raw.on('close', () => this.closed());
    if (raw.socket === null) this.watchQueued(raw);
    // A reset of the client's socket arrives here too; `close` follows and says all there is to say.
    raw.on('error', ignore);
  }

  /** Behind an earlier answer of its connection a response has no socket yet, and is not told when that closes. */
  private watchQueued(raw: ServerResponse): void {
    const { socket } = raw.req;
    const closed = (): void => this.closed();
    socket.once('close', closed);
    raw.once('close', () => socket.off('close', closed));
  }

  private closed(): void {
    if (this.gone || this.isCut || (this.ended && this.raw.writableFinished)) return;
    this.gone = true;
    this.onGone?.();
  }

  head(status: number, headers: readonly string[]): void {
    if (this.gone) return;
    this.raw.writeHead(status, headers as string[]);
    this.onHead?.(status);
  }

  write(chunk: Buffer | string): boolean {
    if (this.gone || this.raw.write(chunk)) return true;
    // Asked for when it is needed: most answers never fill the socket.
    this.raw.once('drain', () => this.onDrain?.());
    return false;
  }

  cut(): void {
    this.isCut = true;
    this.raw.destroy();
  }

  end(chunk?: Buffer | string): void {
    this.ended = true;
    if (this.gone) return;
    if (chunk === undefined) this.raw.end();
    else this.raw.end(chunk);
  }
}
