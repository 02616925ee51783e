import { Ledger, type CallEntry } from '../domain/ledger';
import { SILENT_LOG } from '../domain/ledger-log';
import { InsistentWriter, type InsistentWriterOptions, type WriteCounts } from './insistent-writer';

export interface BatchedLedgerOptions extends InsistentWriterOptions {
  /** Longest wait of a call in memory while the store is well. Default 100. */
  readonly flushIntervalMs?: number;
  /** Default 500. */
  readonly maxBatchCalls?: number;
  /** Above it, and while the store fails, the oldest calls go to the spool. Default 128 MiB. */
  readonly maxQueuedBytes?: number;
  /** How long `close` insists on the store before it spools the rest. Default 10,000. */
  readonly closeTimeoutMs?: number;
}

/** Figures for metrics and health. */
export interface LedgerStats extends WriteCounts {
  readonly queuedCalls: number;
  readonly queuedBytes: number;
  /** Age of the oldest call that is only in memory; 0 when there is none. */
  readonly lagMs: number;
}

/** Rough heap size of an entry; counted per attempt because a walk over the entry would cost more than the rest. */
const bytesOf = (call: CallEntry): number => 1_000 + call.attempts.length * 1_500;

/** Batches in front of a writer: never drops, never writes twice, never makes `record` wait. */
export class BatchedLedger extends Ledger {
  readonly #options: BatchedLedgerOptions;
  readonly #writer: InsistentWriter;
  readonly #maxBatchCalls: number;
  #queue: { readonly call: CallEntry; readonly atMs: number }[] = [];
  #writing: { readonly atMs: number; readonly calls: number } | undefined;
  #queuedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closing = false;
  #closed = false;
  #recorded = 0;
  #settled = 0;
  #waiters: { readonly upTo: number; readonly resolve: () => void }[] = [];

  constructor(options: BatchedLedgerOptions) {
    super();
    this.#options = options;
    this.#maxBatchCalls = options.maxBatchCalls ?? 500;
    this.#writer = new InsistentWriter(options);
    this.#writer.overflowing = () => this.#queuedBytes > (options.maxQueuedBytes ?? 128 * 1024 * 1024);
    if (this.#writer.spoolWaiting) this.#arm();
  }

  get stats(): LedgerStats {
    const oldest = this.#writing?.atMs ?? this.#queue[0]?.atMs;
    return {
      ...this.#writer.counts,
      queuedCalls: this.#queue.length + (this.#writing?.calls ?? 0),
      queuedBytes: this.#queuedBytes,
      lagMs: oldest === undefined ? 0 : Math.max(0, Date.now() - oldest),
    };
  }

  record(call: CallEntry): void {
    this.#queue.push({ call, atMs: Date.now() });
    this.#recorded += 1;
    this.#queuedBytes += bytesOf(call);
    if (this.#closed) {
      const log = this.#options.log ?? SILENT_LOG;
      log.error({ call: call.id }, 'a call reached the ledger after it was closed');
    }
    if (this.#queue.length === 1 || this.#queue.length === this.#maxBatchCalls) this.#arm();
  }

  flush(): Promise<void> {
    const upTo = this.#recorded;
    if (this.#settled >= upTo) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push({ upTo, resolve });
      this.#start();
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#writer.endWithin(this.#options.closeTimeoutMs ?? 10_000);
    while (this.#settled < this.#recorded || this.#running) {
      this.#start();
      await this.#running;
    }
    clearTimeout(this.#timer);
    this.#closed = true;
  }

  #arm(): void {
    if (this.#running) return;
    if (this.#mustHurry()) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), this.#options.flushIntervalMs ?? 100);
  }

  #start(): void {
    if (this.#running) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running = this.#drain().finally(() => {
      this.#running = undefined;
      if (this.#queue.length > 0 || (this.#writer.spoolWaiting && !this.#closing)) this.#arm();
    });
  }

  #mustHurry(): boolean {
    return this.#queue.length >= this.#maxBatchCalls || this.#waiters.length > 0 || this.#closing;
  }

  async #drain(): Promise<void> {
    // A turn of the loop first: the caller of record() never pays for the serialisation.
    await new Promise((resolve) => setImmediate(resolve));
    do {
      await this.#writeBatch();
      if (this.#mayReplay()) {
        await this.#writer.replaySpool(this.#maxBatchCalls, () => this.#writeBatch());
      }
    } while (this.#queue.length > 0 && this.#mustHurry());
  }

  /** While the store fails, calls that come in go first: their memory is the scarce thing. */
  #mayReplay(): boolean {
    if (!this.#writer.spoolWaiting || this.#closing) return false;
    return this.#writer.storeIsWell || this.#queue.length === 0;
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#queue.splice(0, this.#maxBatchCalls);
    const first = batch[0];
    if (!first) return;
    const calls = batch.map((item) => item.call);
    this.#writing = { atMs: first.atMs, calls: calls.length };
    await this.#writer.persist(calls);
    this.#writing = undefined;
    this.#settle(calls);
  }

  #settle(calls: readonly CallEntry[]): void {
    this.#settled += calls.length;
    for (const call of calls) this.#queuedBytes -= bytesOf(call);
    const due = this.#waiters.filter((waiter) => waiter.upTo <= this.#settled);
    this.#waiters = this.#waiters.filter((waiter) => waiter.upTo > this.#settled);
    for (const waiter of due) waiter.resolve();
  }
}
