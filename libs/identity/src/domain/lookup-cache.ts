/** Times in milliseconds, sizes in entries. */
export interface LookupCacheOptions {
  /** How long an answer, found or not, is served without asking again. */
  readonly ttlMs: number;
  /** How old a found answer may grow while the store does not answer. */
  readonly staleMs: number;
  /** How long a store call may take before the store counts as dead. */
  readonly storeDeadlineMs: number;
  /** After a failed refresh the stale answer is served this long before the store is asked again. */
  readonly retryPauseMs: number;
  readonly maxFound: number;
  readonly maxMissing: number;
}

/** Figures of spec and measurement: 15 s of trust, 15 min of bridge over a dead store. */
export const LOOKUP_CACHE_DEFAULTS: LookupCacheOptions = {
  ttlMs: 15_000,
  staleMs: 15 * 60_000,
  storeDeadlineMs: 2_000,
  retryPauseMs: 1_000,
  maxFound: 100_000,
  maxMissing: 10_000,
};

interface Entry<V> {
  readonly value: V;
  readonly loadedAtMs: number;
  freshUntilMs: number;
}

/**
 * Answers of a store, each loaded once however many ask for it at the same time, negative answers included.
 * Both sides are bounded: the oldest entry leaves first. A dead store is bridged with what is known.
 */
export class LookupCache<V> {
  readonly #found = new Map<string, Entry<V>>();
  readonly #missingUntilMs = new Map<string, number>();
  readonly #loading = new Map<string, Promise<V | undefined>>();
  readonly #options: LookupCacheOptions;
  /** Counts invalidations: a load that began before one must not be kept. */
  #generation = 0;

  constructor(
    private readonly load: (asked: string) => Promise<V | undefined>,
    options: Partial<LookupCacheOptions> = {},
  ) {
    this.#options = { ...LOOKUP_CACHE_DEFAULTS, ...options };
  }

  /** The value under a key while it is fresh; asks nobody. */
  peek(key: string, nowMs: number): V | undefined {
    const entry = this.#found.get(key);
    return entry && nowMs < entry.freshUntilMs ? entry.value : undefined;
  }

  /**
   * At once when known; else a promise that rejects with the store's error when nothing can bridge it. `asked`: what
   * the store is asked with, when the key under which its answer is kept is another one.
   */
  get(key: string, nowMs: number, asked = key): V | undefined | Promise<V | undefined> {
    const known = this.peek(key, nowMs);
    if (known !== undefined) return known;
    const missingUntilMs = this.#missingUntilMs.get(key);
    if (missingUntilMs !== undefined && nowMs < missingUntilMs) return undefined;
    const loading = this.#loading.get(key);
    if (loading) return loading;
    const started: Promise<V | undefined> = this.#refresh(key, nowMs, asked).finally(() => {
      if (this.#loading.get(key) === started) this.#loading.delete(key);
    });
    this.#loading.set(key, started);
    return started;
  }

  /** Drops every answer that matches and every negative one; the next question goes to the store. */
  forget(matches: (value: V) => boolean): void {
    this.#generation += 1;
    this.#loading.clear();
    this.#missingUntilMs.clear();
    for (const [key, entry] of this.#found) if (matches(entry.value)) this.#found.delete(key);
  }

  async #refresh(key: string, nowMs: number, asked: string): Promise<V | undefined> {
    const generation = this.#generation;
    try {
      const value = await withDeadline(this.load(asked), this.#options.storeDeadlineMs);
      if (generation === this.#generation) this.#keep(key, value, nowMs);
      return value;
    } catch (error) {
      const entry = this.#found.get(key);
      if (!entry || nowMs - entry.loadedAtMs > this.#options.staleMs) throw error;
      entry.freshUntilMs = nowMs + this.#options.retryPauseMs;
      return entry.value;
    }
  }

  #keep(key: string, value: V | undefined, nowMs: number): void {
    this.#found.delete(key);
    this.#missingUntilMs.delete(key);
    const freshUntilMs = nowMs + this.#options.ttlMs;
    if (value === undefined) {
      this.#missingUntilMs.set(key, freshUntilMs);
      dropOldest(this.#missingUntilMs, this.#options.maxMissing);
    } else {
      this.#found.set(key, { value, loadedAtMs: nowMs, freshUntilMs });
      dropOldest(this.#found, this.#options.maxFound);
    }
  }
}

function dropOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}

async function withDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the store did not answer within ${deadlineMs} ms`)),
      deadlineMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
