import type { Strategy } from '../domain/strategy';
import { headroom } from './headroom';
import { leastBusy } from './least-busy';
import { lowestCost } from './lowest-cost';
import { lowestLatency } from './lowest-latency';
import { p2c } from './p2c';
import { priority } from './priority';
import { random } from './random';
import { roundRobin } from './round-robin';
import { weighted } from './weighted';

/** Every strategy by the name that `strategy:` takes. */
export const STRATEGIES = {
  priority,
  weighted,
  'round-robin': roundRobin,
  random,
  'least-busy': leastBusy,
  p2c,
  'lowest-latency': lowestLatency,
  'lowest-cost': lowestCost,
  headroom,
} as const satisfies Record<string, Strategy>;

export type RoutingStrategy = keyof typeof STRATEGIES;
