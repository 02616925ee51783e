import type { Random } from '@turnpike/kernel';
import type { RoutableTarget } from './types';

/** What a strategy may look at besides the targets. */
export interface RoutingSignals {
  /** Calls that this route has had before, counted by the caller: what round-robin and weighted turn on. */
  readonly turn: number;
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
