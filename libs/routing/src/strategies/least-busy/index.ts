import type { Strategy } from '../../domain/strategy';
import { orderBy } from '../order-by';

/** Fewest calls under way first; a target that fails counts as busier than it is, by one call per penalty point. */
export const leastBusy: Strategy = (targets, signals, random) =>
  orderBy(targets, signals, random, ({ inFlight, penalty }) => inFlight + penalty);
