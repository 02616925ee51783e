/** What is known about a dependency now. */
export interface CheckState {
  readonly ok: boolean;
  /** A sentence when it is not. */
  readonly detail?: string;
}

export interface PolledCheckOptions {
  readonly everyMs?: number;
  /** A probe that takes longer counts as failed. */
  readonly limitMs?: number;
  /** Told when the state changes, so that an outage is one line and not one per probe. */
  readonly onChange?: (state: CheckState) => void;
}

const NOT_YET: CheckState = { ok: false, detail: 'not probed yet' };

/** Keeps a view of one dependency by asking it now and then: readiness itself never waits for anything. */
export class PolledCheck {
  readonly #probe: () => Promise<unknown>;
  readonly #options: Required<Omit<PolledCheckOptions, 'onChange'>> & Pick<PolledCheckOptions, 'onChange'>;
  #state = NOT_YET;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(probe: () => Promise<unknown>, options: PolledCheckOptions = {}) {
    this.#probe = probe;
    this.#options = { everyMs: 2_000, limitMs: 1_000, ...options };
  }

  get state(): CheckState {
    return this.#state;
  }

  /** Probes once, then keeps on until `stop()`. */
  async start(): Promise<void> {
    await this.#ask();
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.start(), this.#options.everyMs);
    this.#timer.unref();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const next = await this.#probeOnce();
    const changed = next.ok !== this.#state.ok && this.#state !== NOT_YET;
    this.#state = next;
    if (changed) this.#options.onChange?.(next);
  }

  async #probeOnce(): Promise<CheckState> {
    const { limitMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<CheckState>((resolve) => {
      timer = setTimeout(() => resolve({ ok: false, detail: `no answer within ${limitMs} ms` }), limitMs);
    });
    try {
      return await Promise.race([late, this.#probe().then((): CheckState => ({ ok: true }))]);
    } catch (error) {
      return { ok: false, detail: error instanceof Error ? error.message || error.name : String(error) };
    } finally {
      clearTimeout(timer);
    }
  }
}
