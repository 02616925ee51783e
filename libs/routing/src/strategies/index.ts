import type { Strategy } from '../domain/strategy';
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
} as const satisfies Record<string, Strategy>;

export type RoutingStrategy = keyof typeof STRATEGIES;
