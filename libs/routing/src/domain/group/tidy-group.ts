import { isBreakerFresh } from '../breaker';
import { penaltyAt } from '../penalty';
import { isBenchOver } from './bench';
import { membersWhere, type GroupState } from './group-state';
import { heldLeases } from './probes';
import { isBucketOver } from './quota-bucket';

/** Client-chosen model names can reach a provider and fail there: beyond so many of one kind nobody new is remembered. */
export const MAX_MEMBERS = 1_000;

const isEmpty = (record: Readonly<Record<string, unknown>>): boolean => Object.keys(record).length === 0;

/** Nothing at all is known of the group. */
export const isGroupEmpty = ({
  benches,
  breakers,
  penalties,
  buckets,
  minute,
  day,
  calls,
}: GroupState): boolean =>
  [benches, breakers, penalties, buckets, calls].every(isEmpty) && minute.length === 0 && day === undefined;

/** A record that has grown beyond its bound stays as it was before, but for members that no client can name. */
function bound<V>(
  before: Readonly<Record<string, V>>,
  after: Readonly<Record<string, V>>,
): Readonly<Record<string, V>> {
  const size = after === before ? 0 : Object.keys(after).length;
  if (size <= MAX_MEMBERS || size <= Object.keys(before).length) return after;
  const isOld = (key: string): boolean => Object.hasOwn(before, key) || !isNamedByClient(key);
  return membersWhere(after, (_, key) => isOld(key));
}

const isNamedByClient = (key: string): boolean => key !== 'group' && !key.startsWith('credential\n');

/** What a group may remember after an event: a full one hears of nobody new, but goes on hearing of those it knows. */
export function boundGroup(before: GroupState, after: GroupState): GroupState {
  const benches = bound(before.benches, after.benches);
  const breakers = bound(before.breakers, after.breakers);
  const penalties = bound(before.penalties, after.penalties);
  const buckets = bound(before.buckets, after.buckets);
  const isWithin =
    benches === after.benches &&
    breakers === after.breakers &&
    penalties === after.penalties &&
    buckets === after.buckets;
  return isWithin ? after : { ...after, benches, breakers, penalties, buckets };
}

const keep = <V>(record: Readonly<Record<string, V>>, isOver: (value: V) => boolean) =>
  isEmpty(record) ? record : membersWhere(record, (value) => !isOver(value));

/** Without everything that is no longer in force. */
export const tidyGroup = (state: GroupState, nowMs: number): GroupState => ({
  ...state,
  benches: keep(state.benches, (bench) => isBenchOver(bench, nowMs)),
  breakers: keep(state.breakers, (breaker) => isBreakerFresh(breaker, nowMs)),
  penalties: keep(state.penalties, (penalty) => penaltyAt(penalty, nowMs) === 0),
  buckets: keep(state.buckets, (bucket) => isBucketOver(bucket, nowMs)),
  calls: heldLeases(state.calls, nowMs),
});
