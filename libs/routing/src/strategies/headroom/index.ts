import type { Strategy } from '../../domain/strategy';
import { orderBy } from '../order-by';

/** Most of the provider's limit left first; a target without a known limit counts as unused. */
export const headroom: Strategy = (targets, signals, random) =>
  orderBy(targets, signals, random, (known) => 1 - (known.headroom ?? 1));
