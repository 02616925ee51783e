import type { Strategy } from '../../domain/strategy';
import { orderBy } from '../order-by';
import { RANKS } from '../ranks';

/** One call in twenty begins somewhere at random: a target that was slow once gets to show that it is not any more. */
const EXPLORE = 0.05;

/** Shortest time to first token first; targets that nobody has measured come before all others. */
export const lowestLatency: Strategy = (targets, signals, random) => {
  const ordered = orderBy(targets, signals, random, RANKS['lowest-latency']);
  if (ordered.length < 2 || random() >= EXPLORE) return ordered;
  const chosen = ordered[Math.floor(random() * ordered.length)];
  return chosen === undefined ? ordered : [chosen, ...ordered.filter((target) => target !== chosen)];
};
