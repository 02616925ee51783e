import type { QuotaLimits } from '@turnpike/protocol';
import { enterBreaker } from '../breaker';
import { countIn, minuteOpensAt } from '../minute-window';
import { advanceOf, countAhead } from './advance';
import { enterBench, subjectsOf, type Bench, type Closed } from './bench';
import {
  bucketOf,
  withMember,
  type DayUse,
  type Entry,
  type GroupState,
  type ProviderDay,
} from './group-state';
import { placeKey } from './place';
import { heldLeases, RECHECK_MS, withLease } from './probes';
import { bucketOpensAt, isPlenty, needOf, takeFromBucket } from './quota-bucket';

/** Let in: the state with what was taken. The very same state: nothing was, and nobody has to be asked. */
export interface Entered {
  readonly kind: 'entered';
  readonly state: GroupState;
  /** As many calls like this one are counted already. */
  readonly ahead: number;
}

const isClosed = (value: object): value is Closed => 'kind' in value && value.kind === 'closed';

const closed = (reason: string, untilMs: number): Closed => ({
  kind: 'closed',
  reason,
  untilMs,
  soft: false,
  provenance: 'heuristic',
});

/** Of two reasons the one that ends last, and of two that end together the first; soft only if both are. */
function worse(a: Closed | undefined, b: Closed): Closed {
  if (!a) return b;
  const last = b.untilMs > a.untilMs ? b : a;
  const soft = a.soft && b.soft;
  return last.soft === soft ? last : { ...last, soft };
}

/** All or nothing: a refusal takes nothing. It says when asking again makes sense: when all reasons for it are over. */
export function enterGroup(state: GroupState, entry: Entry, nowMs: number): Entered | Closed {
  const benches = enterBenches(state, entry, nowMs);
  const breakers = enterBreakers(state, entry, nowMs);
  const buckets = enterBuckets(state, entry, nowMs);
  const used = enterLimits(state, entry, nowMs);
  if (isClosed(benches) || isClosed(breakers) || isClosed(buckets) || isClosed(used))
    return [benches, breakers, buckets, used].filter(isClosed).reduce(worse);
  const isSame =
    benches === state.benches &&
    breakers === state.breakers &&
    buckets === state.buckets &&
    used.minute === state.minute &&
    used.day === state.day &&
    used.calls === state.calls;
  if (isSame) return { kind: 'entered', state, ahead: 0 };
  const { penalties } = state;
  const { minute, day, calls, ahead } = used;
  // Every member by its name: spread, it would cost as much as all the rest.
  return { kind: 'entered', state: { benches, breakers, penalties, buckets, minute, day, calls }, ahead };
}

/** Of what a call took: nothing but requests and tokens of the configured limits. */
export const isOnlyCounted = (before: GroupState, after: GroupState): boolean =>
  before !== after &&
  before.benches === after.benches &&
  before.breakers === after.breakers &&
  before.buckets === after.buckets &&
  before.calls === after.calls;

function enterBenches(
  { benches }: GroupState,
  { place, lease, force }: Entry,
  nowMs: number,
): GroupState['benches'] | Closed {
  let next = benches;
  let shut: Closed | undefined;
  for (const subject of subjectsOf(place)) {
    const bench = benches[subject];
    if (!bench) continue;
    const entered: Bench | Closed = enterBench(bench, lease, force, nowMs);
    if (isClosed(entered)) shut = worse(shut, entered);
    else next = withMember(next, subject, entered);
  }
  return shut ?? next;
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

function enterBuckets(state: GroupState, entry: Entry, nowMs: number): GroupState['buckets'] | Closed {
  let next = state.buckets;
  let shut: Closed | undefined;
  const keys = Object.keys(state.buckets).filter((key) => bucketOf(key, entry.place.model) !== undefined);
  // In order of their names: of several that are empty every replica names the same one.
  for (const key of keys.sort()) {
    const [bucket, name] = [state.buckets[key], bucketOf(key, entry.place.model)];
    if (bucket === undefined || name === undefined) continue;
    if (bucket.unit === 'share') {
      if (bucket.remaining <= 0 && nowMs < bucket.resetAtMs)
        shut = worse(shut, closed(`provider_${name}`, bucket.resetAtMs));
      continue;
    }
    const need = needOf(name, bucket.unit, entry.demand);
    const opensMs = bucketOpensAt(bucket, need, nowMs);
    if (opensMs > nowMs) shut = worse(shut, closed(`provider_${name}`, opensMs));
    else if (!isPlenty(bucket, need, nowMs))
      next = withMember(next, key, takeFromBucket(bucket, need, nowMs));
  }
  return shut ?? next;
}

type LimitsUse = Pick<GroupState, 'minute' | 'day' | 'calls'> & { readonly ahead: number };

/** The limits of the configuration: sliding minute, the provider's day, calls under way. */
const enterLimits = (state: GroupState, entry: Entry, nowMs: number): LimitsUse | Closed =>
  closedByLimits(state, entry, nowMs) ?? takeFromLimits(state, entry, nowMs);

/** What this day holds; another day begins at zero. */
const today = (used: DayUse | undefined, { id }: ProviderDay): DayUse =>
  used?.id === id ? used : { id, requests: 0, tokens: 0 };

const isDayLimited = ({ rpd, tpd }: QuotaLimits): boolean => rpd !== undefined || tpd !== undefined;
const isMinuteLimited = ({ rpm, tpm }: QuotaLimits): boolean => rpm !== undefined || tpm !== undefined;

/** Which of the configured limits keeps a call out; undefined: none does. */
export function closedByLimits(
  { minute, day: used, calls }: GroupState,
  { limits, demand, day }: Entry,
  nowMs: number,
): Closed | undefined {
  if (!limits) return undefined;
  const tokens = demand.inputTokens + demand.outputTokens;
  let shut: Closed | undefined;
  if (isMinuteLimited(limits)) {
    const opensMs = minuteOpensAt(minute, limits, tokens, nowMs);
    if (opensMs > nowMs) shut = closed('provider_minute', opensMs);
  }
  if (day && isDayLimited(limits)) {
    const use = today(used, day);
    const isSpent =
      use.requests >= (limits.rpd ?? Infinity) ||
      (use.tokens > 0 && use.tokens + tokens > (limits.tpd ?? Infinity));
    if (isSpent) shut = worse(shut, closed('provider_day', nowMs + day.leftMs));
  }
  if (limits.concurrency !== undefined) {
    const held = Object.keys(heldLeases(calls, nowMs)).length;
    if (held >= Math.max(1, limits.concurrency))
      shut = worse(shut, closed('provider_concurrency', nowMs + RECHECK_MS));
  }
  return shut;
}

function takeFromLimits(state: GroupState, entry: Entry, nowMs: number): LimitsUse {
  const { limits, demand, day, lease } = entry;
  if (!limits) return { minute: state.minute, day: state.day, calls: state.calls, ahead: 0 };
  let { minute, day: used, calls } = state;
  const tokens = demand.inputTokens + demand.outputTokens;
  if (isMinuteLimited(limits)) minute = countIn(minute, { requests: 1, tokens }, nowMs, nowMs);
  if (day && isDayLimited(limits)) {
    const use = today(used, day);
    used = { id: day.id, requests: use.requests + 1, tokens: use.tokens + tokens };
  }
  if (limits.concurrency !== undefined) calls = withLease(calls, lease, nowMs);
  const ahead = advanceOf({ minute, day: used }, entry, nowMs);
  if (ahead === 0) return { minute, day: used, calls, ahead };
  return { ...countAhead({ minute, day: used }, entry, ahead, nowMs), calls, ahead };
}
