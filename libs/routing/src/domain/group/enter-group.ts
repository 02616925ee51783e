import { enterBreaker } from '../breaker';
import { countIn, minuteOpensAt } from '../minute-window';
import { enterBench, subjectsOf, type Bench, type Closed } from './bench';
import { withMember, type Entry, type GroupState } from './group-state';
import { placeKey } from './place';
import { heldLeases, RECHECK_MS, withLease } from './probes';
import { bucketOpensAt, isPlenty, takeFromBucket, type QuotaBucket } from './quota-bucket';

/** Let in: the state with what was taken. The very same state: nothing was, and nobody has to be asked. */
export interface Entered {
  readonly kind: 'entered';
  readonly state: GroupState;
}

const isClosed = (value: object): value is Closed => 'kind' in value && value.kind === 'closed';

const closed = (reason: string, untilMs: number): Closed => ({
  kind: 'closed',
  reason,
  untilMs,
  soft: false,
  provenance: 'heuristic',
});

/** All or nothing: a refusal takes nothing. Of several reasons the first in a fixed order is named. */
export function enterGroup(state: GroupState, entry: Entry, nowMs: number): Entered | Closed {
  const benches = enterBenches(state, entry, nowMs);
  if (isClosed(benches)) return benches;
  const breakers = enterBreakers(state, entry, nowMs);
  if (isClosed(breakers)) return breakers;
  const buckets = enterBuckets(state, entry, nowMs);
  if (isClosed(buckets)) return buckets;
  const used = enterLimits(state, entry, nowMs);
  if (isClosed(used)) return used;
  const isSame =
    benches === state.benches &&
    breakers === state.breakers &&
    buckets === state.buckets &&
    used.minute === state.minute &&
    used.day === state.day &&
    used.calls === state.calls;
  return { kind: 'entered', state: isSame ? state : { ...state, benches, breakers, buckets, ...used } };
}

function enterBenches(
  { benches }: GroupState,
  { place, lease, force }: Entry,
  nowMs: number,
): GroupState['benches'] | Closed {
  let next = benches;
  for (const subject of subjectsOf(place)) {
    const bench = benches[subject];
    if (!bench) continue;
    const entered: Bench | Closed = enterBench(bench, lease, force, nowMs);
    if (isClosed(entered)) return entered;
    next = withMember(next, subject, entered);
  }
  return next;
}

function enterBreakers(
  { breakers }: GroupState,
  { place, lease }: Entry,
  nowMs: number,
): GroupState['breakers'] | Closed {
  const key = placeKey(place);
  const breaker = breakers[key];
  if (!breaker) return breakers;
  const entered = enterBreaker(breaker, lease, nowMs);
  if ('state' in entered) return withMember(breakers, key, entered.state);
  return closed(entered.phase === 'closed' ? 'recovering' : 'breaker_open', entered.opensMs);
}

/** Buckets of requests take one, buckets of tokens what this call is thought to use. */
const needOf = (bucket: string, unit: QuotaBucket['unit'], { demand }: Entry): number => {
  if (unit === 'requests') return 1;
  if (bucket === 'input_tokens') return demand.inputTokens;
  return bucket === 'output_tokens' ? demand.outputTokens : demand.inputTokens + demand.outputTokens;
};

/** Names of buckets that headers speak of; others are listed by the state itself. */
const isOf = (key: string, model: string): boolean => key.startsWith(`${model}\n`);

function enterBuckets(state: GroupState, entry: Entry, nowMs: number): GroupState['buckets'] | Closed {
  let next = state.buckets;
  for (const [key, bucket] of Object.entries(state.buckets)) {
    if (!isOf(key, entry.place.model)) continue;
    const name = key.slice(entry.place.model.length + 1);
    if (bucket.unit === 'share') {
      if (bucket.remaining <= 0 && nowMs < bucket.resetAtMs)
        return closed(`provider_${name}`, bucket.resetAtMs);
      continue;
    }
    const need = needOf(name, bucket.unit, entry);
    const opensMs = bucketOpensAt(bucket, need, nowMs);
    if (opensMs > nowMs) return closed(`provider_${name}`, opensMs);
    if (!isPlenty(bucket, need, nowMs)) next = withMember(next, key, takeFromBucket(bucket, need, nowMs));
  }
  return next;
}

/** The limits of the configuration: sliding minute, the provider's day, calls under way. */
function enterLimits(
  state: GroupState,
  { limits, demand, day, lease }: Entry,
  nowMs: number,
): Pick<GroupState, 'minute' | 'day' | 'calls'> | Closed {
  if (!limits) return state;
  const tokens = demand.inputTokens + demand.outputTokens;
  const counts = { requests: 1, tokens };
  let { minute, day: used, calls } = state;
  if (limits.rpm !== undefined || limits.tpm !== undefined) {
    const opensMs = minuteOpensAt(minute, limits, tokens, nowMs);
    if (opensMs > nowMs) return closed('provider_minute', opensMs);
    minute = countIn(minute, counts, nowMs, nowMs);
  }
  if (day && (limits.rpd !== undefined || limits.tpd !== undefined)) {
    const today = used?.id === day.id ? used : { id: day.id, requests: 0, tokens: 0 };
    const isSpent =
      today.requests >= (limits.rpd ?? Infinity) ||
      (today.tokens > 0 && today.tokens + tokens > (limits.tpd ?? Infinity));
    if (isSpent) return closed('provider_day', nowMs + day.leftMs);
    used = { id: day.id, requests: today.requests + 1, tokens: today.tokens + tokens };
  }
  if (limits.concurrency !== undefined) {
    const held = heldLeases(calls, nowMs);
    if (Object.keys(held).length >= Math.max(1, limits.concurrency))
      return closed('provider_concurrency', nowMs + RECHECK_MS);
    calls = withLease(held, lease, nowMs);
  }
  return { minute, day: used, calls };
}
