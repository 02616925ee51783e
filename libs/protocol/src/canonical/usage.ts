/**
 * Tokens as they are billed. `input` is what was neither read from nor written to a cache; `output` is everything
 * billed as output, reasoning included; `reasoning` is a subset of it. Figures of one answer are cumulative.
 */
export interface Usage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheWriteUnknownTtl: number;
  readonly output: number;
  readonly reasoning: number;
}

export const NO_USAGE: Usage = {
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheWriteUnknownTtl: 0,
  output: 0,
  reasoning: 0,
};

/** A report of usage in which only some figures were given (message_delta after message_start). */
export type PartialUsage = { readonly [K in keyof Usage]?: number };

/** Field by field, the later report wins; what it leaves out stays. */
export function mergeUsage(earlier: Usage | undefined, later: PartialUsage): Usage {
  const before = earlier ?? NO_USAGE;
  return {
    input: later.input ?? before.input,
    cacheRead: later.cacheRead ?? before.cacheRead,
    cacheWrite5m: later.cacheWrite5m ?? before.cacheWrite5m,
    cacheWrite1h: later.cacheWrite1h ?? before.cacheWrite1h,
    cacheWriteUnknownTtl: later.cacheWriteUnknownTtl ?? before.cacheWriteUnknownTtl,
    output: later.output ?? before.output,
    reasoning: later.reasoning ?? before.reasoning,
  };
}

/** Everything on the input side: fresh, read from and written to caches. */
export const inputTotal = (u: Usage): number =>
  u.input + u.cacheRead + u.cacheWrite5m + u.cacheWrite1h + u.cacheWriteUnknownTtl;
