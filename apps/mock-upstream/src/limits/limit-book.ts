import { LimitPool, type LimitPoolOptions, type Refusal } from './limit-pool';

/** What became of a request that limits were asked about. */
export type Verdict =
  | { readonly kind: 'admitted'; readonly pools: readonly LimitPool[] }
  | { readonly kind: 'refused'; readonly pool: LimitPool; readonly refusal: Refusal };

/** The pools in force. */
export class LimitBook {
  #pools: readonly LimitPool[] = [];

  get pools(): readonly LimitPool[] {
    return this.#pools;
  }

  /** Replaces all pools by full ones. */
  setPools(options: readonly LimitPoolOptions[], nowMs: number): void {
    this.#pools = options.map((pool, i) => new LimitPool(pool, `pool-${i}`, nowMs));
  }

  /** Takes from every pool of the credential, or from none of them. */
  admit(credential: string | undefined, tokens: number, nowMs: number): Verdict {
    const pools = this.#pools.filter((pool) => pool.holds(credential));
    for (const pool of pools) {
      const refusal = pool.refusalOf(tokens, nowMs);
      if (!refusal) continue;
      pool.refused++;
      return { kind: 'refused', pool, refusal };
    }
    for (const pool of pools) pool.enter(tokens, nowMs);
    return { kind: 'admitted', pools };
  }
}
