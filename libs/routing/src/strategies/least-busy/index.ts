import type { Strategy } from '../../domain/strategy';
import { orderBy } from '../order-by';
import { RANKS } from '../ranks';

/** Fewest calls under way first. */
export const leastBusy: Strategy = (targets, signals, random) =>
  orderBy(targets, signals, random, RANKS['least-busy']);
