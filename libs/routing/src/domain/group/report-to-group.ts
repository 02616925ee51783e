import {
  afterBreakerFailure,
  afterBreakerSuccess,
  CLOSED,
  isBreakerFresh,
  releaseBreaker,
  type BreakerState,
} from '../breaker';
import { countIn } from '../minute-window';
import { NO_PENALTY, penalise, penaltyAt } from '../penalty';
import {
  clearBench,
  EMPTY_BENCH,
  isBenchOver,
  releaseBench,
  strikeBench,
  subjectOf,
  subjectsOf,
} from './bench';
import type { GroupEvent } from './group-event';
import { bucketKey, bucketOf, withMember, type GroupState } from './group-state';
import { placeKey } from './place';
import { LEASE_MS, withoutLease } from './probes';
import { needOf, readBucket, returnToBucket } from './quota-bucket';

type EventOf<K extends GroupEvent['kind']> = Extract<GroupEvent, { kind: K }>;

/** The state after something was heard of a call of the group. */
export function reportToGroup(state: GroupState, event: GroupEvent, nowMs: number): GroupState {
  switch (event.kind) {
    case 'failed':
      return afterFailed(state, event, nowMs);
    case 'proved':
      return afterProved(state, event, nowMs);
    case 'succeeded':
      return afterSucceeded(state, event, nowMs);
    case 'settled':
      return afterSettled(state, event, nowMs);
    case 'read':
      return {
        ...state,
        buckets: event.buckets.reduce((buckets, note) => {
          const key = bucketKey(event.model, note.bucket);
          return withMember(buckets, key, readBucket(buckets[key], note, nowMs, event.call));
        }, state.buckets),
      };
    case 'held':
      return event.leases.reduce((held, lease) => renewLease(held, lease, nowMs), state);
  }
}

function afterFailed(
  state: GroupState,
  { place, note, lease, draw }: EventOf<'failed'>,
  nowMs: number,
): GroupState {
  const key = placeKey(place);
  const subject = subjectOf(note, place);
  const benched =
    subject === undefined
      ? state.benches
      : withMember(
          state.benches,
          subject,
          strikeBench(state.benches[subject] ?? EMPTY_BENCH, note, lease, nowMs),
        );
  const released = releaseAll({ ...state, benches: benched }, note, place, lease);
  const trips = note.class === 'server' || note.class === 'overload';
  const breaker = state.breakers[key] ?? CLOSED;
  const breakers = trips
    ? withMember(released.breakers, key, afterBreakerFailure(breaker, lease, nowMs, draw))
    : released.breakers;
  const kind = POINTS_FOR[note.class];
  const penalties =
    kind === undefined
      ? state.penalties
      : withMember(state.penalties, key, penalise(state.penalties[key] ?? NO_PENALTY, kind, 1, nowMs));
  return { ...released, breakers, penalties };
}

const POINTS_FOR = {
  rate_minute: 'rate_limited',
  rate_long: 'rate_limited',
  credit: 'rate_limited',
  overload: 'failed',
  server: 'failed',
  auth: 'failed',
  target_gone: 'failed',
  context_length: undefined,
  content_filter: undefined,
  caller: undefined,
  auxiliary: undefined,
} as const;

/** A probe that the place failed for another reason says nothing of what it probed: somebody else tries. */
function releaseAll(
  state: GroupState,
  note: EventOf<'failed'>['note'],
  place: EventOf<'failed'>['place'],
  lease: string | undefined,
): GroupState {
  if (lease === undefined) return state;
  const key = placeKey(place);
  const breaker = state.breakers[key];
  const isVerdict = note.class === 'server' || note.class === 'overload';
  return {
    ...state,
    benches: releaseBenches(state.benches, place, lease),
    breakers:
      breaker && !isVerdict
        ? withMember(state.breakers, key, releaseBreaker(breaker, lease))
        : state.breakers,
  };
}

const releaseBenches = (
  benches: GroupState['benches'],
  place: EventOf<'failed'>['place'],
  lease: string,
): GroupState['benches'] =>
  subjectsOf(place).reduce((all, subject) => {
    const bench = all[subject];
    return bench ? withMember(all, subject, releaseBench(bench, lease)) : all;
  }, benches);

function afterProved(
  state: GroupState,
  { place, lease, ageMs }: EventOf<'proved'>,
  nowMs: number,
): GroupState {
  const benches = subjectsOf(place).reduce((all, subject) => {
    const bench = all[subject];
    if (!bench) return all;
    const cleared = clearBench(bench, nowMs - ageMs, lease, nowMs);
    return withMember(all, subject, isBenchOver(cleared, nowMs) ? undefined : cleared);
  }, state.benches);
  const key = placeKey(place);
  const breaker = state.breakers[key];
  const breakers =
    breaker && breaker.phase !== 'closed'
      ? withMember(state.breakers, key, afterBreakerSuccess(breaker, lease, 1, nowMs))
      : state.breakers;
  return { ...state, benches, breakers };
}

function afterSucceeded(
  state: GroupState,
  { place, calls }: EventOf<'succeeded'>,
  nowMs: number,
): GroupState {
  const key = placeKey(place);
  const known = state.breakers[key];
  const breaker: BreakerState = afterBreakerSuccess(known ?? CLOSED, undefined, calls, nowMs);
  const penalty = state.penalties[key];
  const better = penalty && penalise(penalty, 'succeeded', calls, nowMs);
  return {
    ...state,
    breakers: withMember(state.breakers, key, isBreakerFresh(breaker, nowMs) ? undefined : breaker),
    penalties: withMember(state.penalties, key, better && penaltyAt(better, nowMs) > 0 ? better : undefined),
  };
}

function afterSettled(
  state: GroupState,
  { lease, ageMs, countedAtMs, tokens, requests, day, spare }: EventOf<'settled'>,
  nowMs: number,
): GroupState {
  const { minute, calls, benches, breakers, penalties, buckets } = state;
  const counts = { requests: -requests, tokens };
  const isCounted = tokens !== 0 || requests !== 0;
  const today = state.day;
  // Every member by its name: spread, it would cost as much as all the rest.
  return {
    penalties,
    minute:
      isCounted && minute.length > 0 ? countIn(minute, counts, countedAtMs ?? nowMs - ageMs, nowMs) : minute,
    day:
      isCounted && today !== undefined && today.id === day
        ? {
            id: today.id,
            requests: Math.max(0, today.requests - requests),
            tokens: Math.max(0, today.tokens + tokens),
          }
        : today,
    calls: withoutLease(calls, lease),
    buckets: spare ? afterSpare(buckets, spare, requests) : buckets,
    benches: mapMembers(benches, (bench) => releaseBench(bench, lease)),
    breakers: mapMembers(breakers, (breaker) => releaseBreaker(breaker, lease)),
  };
}

function afterSpare(
  buckets: GroupState['buckets'],
  spare: NonNullable<EventOf<'settled'>['spare']>,
  requests: number,
): GroupState['buckets'] {
  return Object.keys(buckets).reduce((all, key) => {
    const [bucket, name] = [all[key], bucketOf(key, spare.model)];
    if (bucket === undefined || name === undefined || bucket.unit === 'share') return all;
    const back = bucket.unit === 'requests' ? requests : needOf(name, bucket.unit, spare);
    return back === 0 ? all : withMember(all, key, returnToBucket(bucket, back));
  }, buckets);
}

function mapMembers<V>(
  record: Readonly<Record<string, V>>,
  change: (value: V) => V,
): Readonly<Record<string, V>> {
  return Object.keys(record).reduce((all, key) => {
    const value = all[key];
    return value === undefined ? all : withMember(all, key, change(value));
  }, record);
}

/** What is still held is held for another while. Leases that are gone stay gone. */
function renewLease(state: GroupState, lease: string, nowMs: number): GroupState {
  const untilMs = nowMs + LEASE_MS;
  const renew = <V extends { readonly probes: Readonly<Record<string, number>> }>(value: V): V =>
    Object.hasOwn(value.probes, lease) ? { ...value, probes: { ...value.probes, [lease]: untilMs } } : value;
  return {
    ...state,
    calls: Object.hasOwn(state.calls, lease) ? { ...state.calls, [lease]: untilMs } : state.calls,
    benches: mapMembers(state.benches, renew),
    breakers: mapMembers(state.breakers, (breaker) =>
      breaker.phase === 'half-open' ? renew(breaker) : breaker,
    ),
  };
}
