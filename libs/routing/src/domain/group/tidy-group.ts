import { isBreakerFresh } from '../breaker';
import { penaltyAt } from '../penalty';
import { isBenchOver } from './bench';
import type { GroupState } from './group-state';
import { heldLeases } from './probes';
import { isBucketOver } from './quota-bucket';

/** Client-chosen model names can reach a provider and fail there: beyond so many members nobody new is remembered. */
export const MAX_MEMBERS = 2_000;

export const sizeOfGroup = ({ benches, breakers, penalties, buckets }: GroupState): number =>
  Object.keys(benches).length +
  Object.keys(breakers).length +
  Object.keys(penalties).length +
  Object.keys(buckets).length;

const keep = <V>(record: Readonly<Record<string, V>>, isOver: (value: V) => boolean) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => !isOver(value)));

/** Without everything that is no longer in force. */
export const tidyGroup = (state: GroupState, nowMs: number): GroupState => ({
  ...state,
  benches: keep(state.benches, (bench) => isBenchOver(bench, nowMs)),
  breakers: keep(state.breakers, (breaker) => isBreakerFresh(breaker, nowMs)),
  penalties: keep(state.penalties, (penalty) => penaltyAt(penalty, nowMs) === 0),
  buckets: keep(state.buckets, (bucket) => isBucketOver(bucket, nowMs)),
  calls: heldLeases(state.calls, nowMs),
});
