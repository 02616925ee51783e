import type { QuotaLimits } from '@turnpike/protocol';
import type { DayUse, GroupState } from '../../domain/group/group-state';

const part = (limit: number | undefined, replicas: number): number | undefined =>
  limit === undefined ? undefined : Math.max(1, Math.floor(limit / replicas));

/** What one of so many replicas may use while they cannot agree. */
export function divideLimits(limits: QuotaLimits, replicas: number): QuotaLimits {
  const divided: { -readonly [K in keyof QuotaLimits]: number } = {};
  for (const name of Object.keys(limits) as (keyof QuotaLimits)[]) {
    const own = part(limits[name], replicas);
    if (own !== undefined) divided[name] = own;
  }
  return divided;
}

type Counts = Pick<DayUse, 'requests' | 'tokens'>;

const NOTHING: Counts = { requests: 0, tokens: 0 };

/** An equal part of what all had used when this replica last heard of it, and the whole of what it has used itself since. */
const partOf = (now: Counts, read: Counts, replicas: number): Counts => ({
  requests: Math.max(0, now.requests - read.requests + read.requests / replicas),
  tokens: Math.max(0, now.tokens - read.tokens + read.tokens / replicas),
});

/**
 * The state with one replica's part of what all use together, and its own calls. `read`: the state as Redis had it last.
 * What came on top of that only this replica knows of: each counts its own, so that together they count everything once.
 */
export function shareOf(
  state: GroupState,
  read: GroupState,
  replicas: number,
  own: ReadonlySet<string>,
): GroupState {
  const { minute, day, calls } = state;
  const bySecond = new Map(read.minute.map((slot) => [slot.second, slot]));
  return {
    ...state,
    minute: minute.map((slot) => ({
      second: slot.second,
      ...partOf(slot, bySecond.get(slot.second) ?? NOTHING, replicas),
    })),
    day: day && {
      id: day.id,
      ...partOf(day, read.day?.id === day.id ? read.day : NOTHING, replicas),
    },
    calls: Object.fromEntries(Object.entries(calls).filter(([lease]) => own.has(lease))),
  };
}
