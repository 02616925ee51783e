import type { Logger } from '@turnpike/telemetry';

export interface RepeatedJobOptions {
  readonly name: string;
  readonly everyMs: number;
  /** Sooner than `everyMs` after a failure. Default: a tenth. */
  readonly retryMs?: number;
  readonly log: Logger;
  readonly run: () => Promise<void>;
}

/** Work that is done again and again, never twice at a time; a failure is logged and tried again. */
export class RepeatedJob {
  readonly #options: RepeatedJobOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #lastOkMs: number | undefined;

  constructor(options: RepeatedJobOptions) {
    this.#options = options;
  }

  /** When it last went through; undefined: never. */
  get lastOkMs(): number | undefined {
    return this.#lastOkMs;
  }

  /** Runs at once; resolves after the first run, however it went. */
  start(): Promise<void> {
    this.#running ??= this.#runOnce().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Waits for a run under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #runOnce(): Promise<void> {
    const { name, everyMs, retryMs = everyMs / 10, log, run } = this.#options;
    let nextMs = everyMs;
    try {
      await run();
      this.#lastOkMs = Date.now();
    } catch (error) {
      nextMs = retryMs;
      log.error({ job: name, err: error }, 'a job of the worker failed and is tried again');
    }
    if (!this.#stopped) this.#timer = setTimeout(() => void this.start(), nextMs);
  }
}
