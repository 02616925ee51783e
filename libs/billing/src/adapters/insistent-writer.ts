import { setTimeout as delay } from 'node:timers/promises';
import { systemRandom, type Random } from '@turnpike/kernel';
import type { CallSpool, CallWriter } from '../domain/call-writer';
import type { CallEntry } from '../domain/ledger';
import { SILENT_LOG, type LedgerLog } from '../domain/ledger-log';

export interface InsistentWriterOptions {
  readonly writer: CallWriter;
  /** Without one, what cannot be written stays in memory, and is lost when the process ends before the store is back. */
  readonly spool?: CallSpool;
  readonly log?: LedgerLog;
  readonly random?: Random;
  /** A write without an answer for this long counts as failed; repeating it is harmless. Default 15,000. */
  readonly writeTimeoutMs?: number;
}

export interface WriteCounts {
  readonly writtenCalls: number;
  readonly failedWrites: number;
  readonly spooledCalls: number;
  readonly rejectedCalls: number;
}

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
const LONGEST_BACKOFF_AT_END_MS = 250;
const LOG_EVERY = 20;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Tries until the store took every call, sets aside what it refuses, spools what may not wait in memory. */
export class InsistentWriter {
  /** Told by the owner: memory is short, the spool should take what fails. */
  overflowing: () => boolean = () => false;
  readonly #options: InsistentWriterOptions;
  readonly #log: LedgerLog;
  readonly #wake = new AbortController();
  #endAtMs: number | undefined;
  #storeFails = false;
  #counts = { writtenCalls: 0, failedWrites: 0, spooledCalls: 0, rejectedCalls: 0 };
  /** Calls lie in the spool that the store may take now. */
  spoolWaiting: boolean;

  constructor(options: InsistentWriterOptions) {
    this.#options = options;
    this.#log = options.log ?? SILENT_LOG;
    this.spoolWaiting = options.spool !== undefined;
  }

  get counts(): WriteCounts {
    return this.#counts;
  }

  /** From now on the store gets `withinMs` to take things; then they are spooled. */
  endWithin(withinMs: number): void {
    this.#endAtMs ??= Date.now() + withinMs;
    this.#wake.abort();
  }

  /** Resolves once every call is written, spooled or set aside. Never rejects. */
  async persist(calls: readonly CallEntry[]): Promise<void> {
    for (let failures = 0; ; failures++) {
      if (this.#storeFails && this.#mustGiveUp() && (await this.#toSpool(calls))) return;
      try {
        await this.#write(calls);
        this.#storeFails = false;
        this.#counts.writtenCalls += calls.length;
        return;
      } catch (error) {
        this.#counts.failedWrites += 1;
        if (this.#options.writer.isRejection(error)) return this.#setAside(calls, error);
        this.#storeFails = true;
        if (failures % LOG_EVERY === 0) {
          const fields = { calls: calls.length, error: messageOf(error) };
          this.#log.warn(fields, 'the ledger could not be written; it is kept and tried again');
        }
        if (this.overflowing() && (await this.#toSpool(calls))) return;
      }
      await this.#pause(failures);
    }
  }

  /** False after a failure, until something was written. */
  get storeIsWell(): boolean {
    return !this.#storeFails;
  }

  /**
   * Hands the spool's calls to the store, in batches; `between` runs after each. Stops where it is when the ledger
   * ends or the store fails for longer than memory lasts: what was not reached stays in the spool.
   */
  async replaySpool(batchSize: number, between: () => Promise<void>): Promise<void> {
    this.spoolWaiting = false;
    let stopped = false;
    try {
      await this.#options.spool?.replay(batchSize, async (calls) => {
        if (this.#endAtMs === undefined) await this.persist(calls);
        stopped = this.#endAtMs !== undefined || this.#storeFails;
        if (stopped) throw new Error('stopped');
        await between();
      });
    } catch (error) {
      if (!stopped) this.#log.error({ error: messageOf(error) }, 'the spool of the ledger could not be read');
      this.spoolWaiting = stopped;
    }
  }

  async #write(calls: readonly CallEntry[]): Promise<void> {
    const left = this.#endAtMs === undefined ? Infinity : Math.max(50, this.#endAtMs - Date.now());
    const limitMs = Math.min(this.#options.writeTimeoutMs ?? 15_000, left);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer from the store within ${limitMs} ms`)), limitMs);
    });
    try {
      await Promise.race([this.#options.writer.write(calls), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** One bad row must not hold up the others: halves, until it stands alone. */
  async #setAside(calls: readonly CallEntry[], error: unknown): Promise<void> {
    const only = calls[0];
    if (calls.length > 1) {
      const middle = calls.length >> 1;
      await this.persist(calls.slice(0, middle));
      await this.persist(calls.slice(middle));
    } else if (only) {
      this.#counts.rejectedCalls += 1;
      const fields = { call: only.id, error: messageOf(error) };
      this.#log.error(fields, 'the store refused a call for what it says; it is set aside');
      await this.#options.spool?.append(calls, fields.error).catch((cause: unknown) => {
        this.#log.error(
          {
            ...fields,
            spool: messageOf(cause),
          },
          'a refused call could not be spooled and is lost',
        );
      });
    }
  }

  /** The store had its time. */
  #mustGiveUp(): boolean {
    return this.#endAtMs !== undefined && Date.now() >= this.#endAtMs;
  }

  async #toSpool(calls: readonly CallEntry[]): Promise<boolean> {
    const { spool } = this.#options;
    const ending = this.#mustGiveUp();
    const fields = { calls: calls.length };
    if (!spool) {
      if (ending)
        this.#log.error(fields, 'the ledger ends without its store and has no spool: calls are lost');
      return ending;
    }
    try {
      await spool.append(calls);
    } catch (cause) {
      this.#log.error(
        {
          ...fields,
          error: messageOf(cause),
        },
        'the ledger can write neither its store nor its spool',
      );
      return ending;
    }
    this.#counts.spooledCalls += calls.length;
    this.spoolWaiting = true;
    this.#log.error(fields, 'the ledger put calls into its spool; they are written when the store is back');
    return true;
  }

  async #pause(failures: number): Promise<void> {
    const ceiling = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures, 10));
    const jittered = ceiling * (0.5 + (this.#options.random ?? systemRandom)() / 2);
    if (this.#endAtMs === undefined) {
      // An aborted wait is a wait that ended: who closes wants the next try now.
      await delay(jittered, undefined, { signal: this.#wake.signal }).catch(() => undefined);
      return;
    }
    await delay(Math.max(0, Math.min(jittered, LONGEST_BACKOFF_AT_END_MS, this.#endAtMs - Date.now())));
  }
}
