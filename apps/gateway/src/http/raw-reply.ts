import type { ServerResponse } from 'node:http';
import { Reply } from '@turnpike/pipeline';

/** The client's side over a hijacked response. `close` without our own end means that the client left. */
export class RawReply extends Reply {
  gone = false;
  private ended = false;

  constructor(private readonly raw: ServerResponse) {
    super();
    raw.on('drain', () => this.onDrain?.());
    raw.on('close', () => {
      if (this.ended && raw.writableFinished) return;
      this.gone = true;
      this.onGone?.();
    });
    // A reset of the client's socket arrives here too; `close` follows and says all there is to say.
    raw.on('error', () => undefined);
  }

  head(status: number, headers: readonly string[]): void {
    if (!this.gone) this.raw.writeHead(status, headers as string[]);
  }

  write(chunk: Buffer | string): boolean {
    return this.gone || this.raw.write(chunk);
  }

  end(chunk?: Buffer | string): void {
    this.ended = true;
    if (this.gone) return;
    if (chunk === undefined) this.raw.end();
    else this.raw.end(chunk);
  }
}
