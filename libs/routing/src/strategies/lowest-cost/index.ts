import type { Strategy } from '../../domain/strategy';
import { orderBy } from '../order-by';
import { RANKS } from '../ranks';

/** Cheapest for this very request first; what has no price comes last. */
export const lowestCost: Strategy = (targets, signals, random) =>
  orderBy(targets, signals, random, RANKS['lowest-cost']);
