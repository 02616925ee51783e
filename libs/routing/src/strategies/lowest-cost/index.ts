import type { Strategy } from '../../domain/strategy';
import { orderBy } from '../order-by';

/** Cheapest for this very request first; what has no price comes last. Doubles order pico-dollars well enough. */
export const lowestCost: Strategy = (targets, signals, random) =>
  orderBy(targets, signals, random, ({ costPicoUsd }) =>
    costPicoUsd === undefined ? Infinity : Number(costPicoUsd),
  );
