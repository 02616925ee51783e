import type { BodyStream } from '../domain/upstream';

type Piece = IteratorResult<Buffer, undefined>;

/**
 * A body that goes up while it still comes in. Knows whose turn it is, so that the time a slow client takes is not
 * held against the provider, and lets nobody wait once the exchange is over.
 */
export class SentBody implements AsyncIterable<Buffer> {
  /** What went wrong where the body comes from. */
  failure: Error | undefined;
  private source: AsyncIterator<Buffer> | undefined;
  private over = false;
  private asking = false;
  private movedAtMs: number;
  private refuse: ((error: Error) => void) | undefined;

  constructor(
    private readonly stream: BodyStream,
    private readonly clock: () => number,
  ) {
    this.movedAtMs = clock();
  }

  /** Since when the provider has taken nothing, or the body has been with it as a whole; undefined: it is not its turn. */
  get silentSinceMs(): number | undefined {
    return this.asking ? undefined : this.movedAtMs;
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer, undefined> {
    return {
      next: () => this.next(),
      return: () => {
        this.end();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  /** The exchange is over: whoever waits for a piece is told, and the source may let go. */
  end(): void {
    if (this.over) return;
    this.over = true;
    this.refuse?.(new Error('the exchange is over'));
    // Before the first piece nobody has opened it.
    this.source?.return?.().catch(() => undefined);
  }

  private next(): Promise<Piece> {
    this.source ??= this.stream[Symbol.asyncIterator]();
    this.asking = true;
    return new Promise<Piece>((resolve, reject) => {
      this.refuse = reject;
      if (this.over) return reject(new Error('the exchange is over'));
      this.source?.next().then(
        (piece) => {
          this.turn();
          resolve(piece.done ? { done: true, value: undefined } : piece);
        },
        (error: unknown) => {
          this.turn();
          if (!this.over) this.failure = error instanceof Error ? error : new Error('the body broke off');
          reject(this.failure ?? new Error('the exchange is over'));
        },
      );
    });
  }

  private turn(): void {
    this.asking = false;
    this.movedAtMs = this.clock();
  }
}
