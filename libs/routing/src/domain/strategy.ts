import type { Random } from '@turnpike/kernel';
import type { RoutableTarget } from './types';

/** What is known of one target at this moment; undefined: nothing yet. */
export interface TargetSignals {
  /** Calls under way at it. */
  readonly inFlight: number;
  /** Moving average of the time to first token, in milliseconds. */
  readonly ttftMs?: number;
  /** Estimated price of this very request; undefined: no price is known. */
  readonly costPicoUsd?: bigint;
  /** Share of the provider's limit that is left, 0 to 1; undefined: no limit is known. */
  readonly headroom?: number;
  /** 0 to 10: how badly it has done lately. */
  readonly penalty: number;
}

export const NO_SIGNALS: TargetSignals = { inFlight: 0, penalty: 0 };

/** What a strategy may look at besides the targets. */
export interface RoutingSignals {
  /** Calls that this route has had before, counted by the caller: what round-robin and weighted turn on. */
  readonly turn: number;
  /** Absent: nothing is known of any target. */
  readonly of?: (target: RoutableTarget) => TargetSignals;
}

/**
 * Orders targets. Pure: a permutation of its input, the same for the same signals and seed, empty in -> empty out.
 * It sees only targets that may be tried and has no way to bring a dropped one back.
 */
export type Strategy = <T extends RoutableTarget>(
  targets: readonly T[],
  signals: RoutingSignals,
  random: Random,
) => readonly T[];
