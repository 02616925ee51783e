import type { Random } from '@turnpike/kernel';
import { NO_SIGNALS, type RoutingSignals, type TargetSignals } from '../domain/strategy';
import type { RoutableTarget } from '../domain/types';

/** Lower ranks come first; among equals the one that did better lately, then a draw, so that replicas do not agree. */
export function orderBy<T extends RoutableTarget>(
  targets: readonly T[],
  { of }: RoutingSignals,
  random: Random,
  rank: (signals: TargetSignals) => number,
): readonly T[] {
  if (targets.length < 2) return targets;
  return targets
    .map((target) => {
      const signals = of?.(target) ?? NO_SIGNALS;
      return { target, rank: rank(signals), penalty: signals.penalty, draw: random() };
    })
    .sort((a, b) => a.rank - b.rank || a.penalty - b.penalty || a.draw - b.draw)
    .map(({ target }) => target);
}
