import { GatewayError } from '@turnpike/kernel';
import type { Edit } from '@turnpike/protocol';
import type { BodyStream } from '@turnpike/provider';
import { editPiece } from './edit-piece';
import { Spool, type SpoolOptions } from './spool';

/** The client's side of a body that streams in. */
export interface UploadSource {
  /** As the client stated it. */
  readonly length: number | undefined;
  /** The next piece; undefined behind the last one. Rejects when the client leaves. Asked by one at a time. */
  next(): Promise<Buffer | undefined>;
  /** Nobody reads on: what still comes is thrown away. */
  release(): void;
}

/** Follows the bytes as they come. @throws GatewayError for what is wrong with them. */
export interface UploadWatcher {
  push(chunk: Buffer): void;
  end(): void;
}

export interface UploadOptions extends SpoolOptions {
  readonly limitBytes: number;
}

interface Piece {
  readonly start: number;
  readonly bytes: Buffer;
}

/**
 * A body on its way from a client to whoever answers it. Pieces are taken from the client when the provider has taken
 * those before, so that nothing piles up in between; what has come by is kept as long as there is room for it, so that
 * another provider can be asked from the start.
 */
export class Upload {
  /** What is wrong with the request, once that is known. */
  fault: GatewayError | undefined;
  private readonly spool: Spool;
  private received = 0;
  private ended = false;
  private kept = true;
  private latest: Piece | undefined;
  private pulling: Promise<void> | undefined;

  constructor(
    private readonly source: UploadSource,
    private readonly watcher: UploadWatcher,
    private readonly options: UploadOptions,
  ) {
    this.spool = new Spool(options);
  }

  /** Length of the whole; undefined where the client did not state it. */
  get length(): number | undefined {
    return this.source.length;
  }

  /** Everything that has come by is still there. */
  get isKept(): boolean {
    return this.kept;
  }

  /** Takes pieces until `found` or the end. @throws GatewayError for what is wrong with them. */
  async readUntil(found: () => boolean): Promise<void> {
    this.checkLength(this.source.length ?? 0);
    while (!found() && !this.ended && this.kept) await this.pull();
  }

  /** The body from its first byte; `edits` lie within what has been read, in their order. */
  open(edits: readonly Edit[]): BodyStream {
    return { [Symbol.asyncIterator]: () => this.iterate(edits) };
  }

  close(): void {
    this.spool.close();
    this.source.release();
  }

  private iterate(edits: readonly Edit[]): AsyncIterator<Buffer> {
    let at = 0;
    let over = false;
    const next = async (): Promise<IteratorResult<Buffer>> => {
      while (!over) {
        const piece = await this.pieceAt(at);
        if (piece === undefined) break;
        const edited = editPiece(piece, at, edits);
        at += piece.length;
        if (edited.length > 0) return { done: false, value: edited };
      }
      return { done: true, value: undefined };
    };
    const end = (): Promise<IteratorResult<Buffer>> => {
      over = true;
      return Promise.resolve({ done: true, value: undefined });
    };
    return { next, return: end };
  }

  private async pieceAt(at: number): Promise<Buffer | undefined> {
    for (;;) {
      if (this.fault) throw this.fault;
      if (this.latest?.start === at) return this.latest.bytes;
      if (at < this.spool.length) return this.spool.read(at);
      if (at < this.received) throw new Error('the body is not kept');
      if (this.ended) return undefined;
      await this.pull();
    }
  }

  /** One piece at a time, whoever asks: of two attempts the later one finds what the earlier one was waiting for. */
  private pull(): Promise<void> {
    this.pulling ??= this.take().finally(() => (this.pulling = undefined));
    return this.pulling;
  }

  private async take(): Promise<void> {
    try {
      const bytes = await this.source.next();
      if (bytes === undefined) {
        this.watcher.end();
        this.ended = true;
        return;
      }
      if (bytes.length === 0) return;
      this.checkLength(this.received + bytes.length);
      this.watcher.push(bytes);
      this.kept = this.kept && (await this.spool.append(bytes));
      this.latest = { start: this.received, bytes };
      this.received += bytes.length;
    } catch (error) {
      if (error instanceof GatewayError) this.fault = error;
      throw error;
    }
  }

  private checkLength(bytes: number): void {
    const { limitBytes } = this.options;
    if (bytes <= limitBytes) return;
    const message = `The request body is larger than ${limitBytes / 1024 / 1024} MiB. Send less.`;
    throw new GatewayError('body_too_large', message, { final: true });
  }
}
