import type { QuotaLimits } from '@turnpike/protocol';
import { minuteUse } from '../minute-window';
import type { GroupView } from '../group-store';
import { subjectsOf, type Closed } from './bench';
import { bucketOf, type GroupState } from './group-state';
import type { GroupPlace } from './place';
import { heldLeases } from './probes';
import { bucketLeft } from './quota-bucket';

/** The same in the clock of this process. */
export const inOwnClock = (closed: Closed, { skewMs }: GroupView): Closed =>
  skewMs === 0 ? closed : { ...closed, untilMs: closed.untilMs - skewMs };

/** Without making a list of its members. */
export const isEmpty = (record: object): boolean => {
  for (const _ in record) return false;
  return true;
};

/** Nothing that is shared stands in the way of a place, nor is taken by a call that goes there. `key`: the place's. */
export function isCalm({ benches, breakers, buckets }: GroupState, key: string): boolean {
  if (!isEmpty(benches) || !isEmpty(buckets)) return false;
  const breaker = Object.hasOwn(breakers, key) ? breakers[key] : undefined;
  return breaker === undefined || (breaker.phase === 'closed' && breaker.ramp === undefined);
}

/** It ends at its time whatever others do: a copy is as good as the original. */
export const isFixed = ({ reason }: Closed): boolean =>
  reason.startsWith('cooling_') || reason === 'breaker_open';

/** Something may be over as soon as one call succeeds there. `key`: the place's. */
export function isBenched({ benches, breakers }: GroupState, place: GroupPlace, key: string): boolean {
  if (!isEmpty(benches) && subjectsOf(place).some((subject) => subject in benches)) return true;
  const breaker = Object.hasOwn(breakers, key) ? breakers[key] : undefined;
  return breaker !== undefined && breaker.phase !== 'closed';
}

const shareLeft = (used: number, limit: number | undefined): number =>
  limit === undefined ? Infinity : Math.max(0, limit - used) / limit;

/** Share of the tightest limit that is left, 0 to 1; undefined: no limit is known. */
export function headroomOf(
  state: GroupState,
  { model }: GroupPlace,
  limits: QuotaLimits | undefined,
  nowMs: number,
): number | undefined {
  let least = Infinity;
  for (const [key, bucket] of Object.entries(state.buckets)) {
    if (bucketOf(key, model) !== undefined)
      least = Math.min(least, Math.max(0, bucketLeft(bucket, nowMs)) / bucket.limit);
  }
  if (limits) {
    const minute = minuteUse(state.minute, nowMs);
    least = Math.min(
      least,
      shareLeft(minute.requests, limits.rpm),
      shareLeft(minute.tokens, limits.tpm),
      shareLeft(state.day?.requests ?? 0, limits.rpd),
      shareLeft(state.day?.tokens ?? 0, limits.tpd),
      shareLeft(Object.keys(heldLeases(state.calls, nowMs)).length, limits.concurrency),
    );
  }
  return least === Infinity ? undefined : Math.min(1, least);
}
