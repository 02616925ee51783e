import type { Strategy } from '../../domain/strategy';
import { orderBy } from '../order-by';
import { RANKS } from '../ranks';

/** Most of the provider's limit left first; a target without a known limit counts as unused. */
export const headroom: Strategy = (targets, signals, random) =>
  orderBy(targets, signals, random, RANKS.headroom);
