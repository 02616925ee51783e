import type { PicoUsd } from '@turnpike/kernel';
import type { Meter } from './ledger';

/** Price of one (provider, model) from an instant on. Pico-dollars per million tokens; `request` per request. */
export interface UnitPrice {
  /** Stable id that stands on every line: re-rating a past month reproduces it. */
  readonly id: string;
  readonly effectiveFromMs: number;
  readonly input: PicoUsd;
  readonly output: PicoUsd;
  /** Missing cache prices default to input, never to 0. */
  readonly cacheRead?: PicoUsd;
  readonly cacheWrite5m?: PicoUsd;
  readonly cacheWrite1h?: PicoUsd;
  /** Default: output. */
  readonly reasoning?: PicoUsd;
  readonly perRequest?: PicoUsd;
  /** Context tiers: prices that hold when the input exceeds `aboveInputTokens`. */
  readonly tiers?: readonly {
    readonly aboveInputTokens: number;
    readonly prices: Partial<Record<Meter, PicoUsd>>;
  }[];
}

/** Overrides of the configuration first, then the catalogue. */
export abstract class PriceBook {
  /** Price in force at `atMs`; undefined: unpriced. `priceProvider` is the catalogue's name of the vendor. */
  abstract find(
    provider: string,
    model: string,
    priceProvider: string | undefined,
    atMs: number,
  ): UnitPrice | undefined;
  /** Names the catalogue and the overrides: stands on reports. */
  abstract readonly version: string;
}
