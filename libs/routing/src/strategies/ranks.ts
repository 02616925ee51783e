import type { TargetSignals } from '../domain/strategy';

/** A point of penalty makes a target look slower by this share. */
const PER_PENALTY = 0.2;

/** What strategies that ask for signals order by: the lowest comes first. */
export const RANKS = {
  /** Calls under way; a target that fails counts as busier than it is, by one call per penalty point. */
  'least-busy': ({ inFlight, penalty }: TargetSignals): number => inFlight + penalty,
  p2c: ({ inFlight, penalty }: TargetSignals): number => inFlight + penalty,
  /** Milliseconds to the first token; unmeasured targets look fastest, so that somebody measures them. */
  'lowest-latency': ({ ttftMs, penalty }: TargetSignals): number =>
    (ttftMs ?? 0) * (1 + PER_PENALTY * penalty),
  /** Pico-dollars: doubles order them well enough; what has no price comes last. */
  'lowest-cost': ({ costPicoUsd }: TargetSignals): number =>
    costPicoUsd === undefined ? Infinity : Number(costPicoUsd),
  /** Share of the limit that is used; a target without a known limit counts as unused. */
  headroom: ({ headroom }: TargetSignals): number => 1 - (headroom ?? 1),
} as const;

/** What a strategy orders a target by; undefined: by its place, its weight or a draw. */
export const rankBy = (strategy: string, signals: TargetSignals): number | undefined =>
  Object.hasOwn(RANKS, strategy) ? RANKS[strategy as keyof typeof RANKS](signals) : undefined;
