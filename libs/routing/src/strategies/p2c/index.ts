import { NO_SIGNALS, type Strategy } from '../../domain/strategy';
import { RANKS } from '../ranks';
import { random as shuffle } from '../random';

/**
 * The less busy one of two drawn targets, then the other one, then the rest in a random order. Spreads load nearly as
 * well as least-busy, without every replica running to the same target at once.
 */
export const p2c: Strategy = (targets, signals, random) => {
  const [first, second, ...rest] = shuffle(targets, signals, random);
  if (first === undefined || second === undefined) return targets;
  const load = (target: typeof first): number => RANKS.p2c(signals.of?.(target) ?? NO_SIGNALS);
  return load(second) < load(first) ? [second, first, ...rest] : [first, second, ...rest];
};
