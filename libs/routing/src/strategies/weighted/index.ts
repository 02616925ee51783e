import type { Strategy } from '../../domain/strategy';
import { smoothSchedule } from './smooth-schedule';

/**
 * Smooth weighted round-robin: over one period each target begins exactly `weight` calls, spread as evenly as possible.
 * The rest follow in the order in which their own turns come, targets of weight 0 last, in file order.
 */
export const weighted: Strategy = (targets, { turn }) => {
  if (targets.length < 2) return targets;
  const schedule = smoothSchedule(targets.map((target) => target.weight));
  const order = new Set<number>();
  for (let i = 0; i < schedule.length && order.size < targets.length; i++) {
    const index = schedule[(turn + i) % schedule.length];
    if (index !== undefined) order.add(index);
  }
  targets.forEach((_, index) => order.add(index));
  return [...order].flatMap((index) => targets[index] ?? []);
};
