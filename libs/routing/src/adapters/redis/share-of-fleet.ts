import type { QuotaLimits } from '@turnpike/protocol';
import type { GroupState } from '../../domain/group/group-state';

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

/** The state with one replica's part of what all use together: an equal one of what was counted, and its own calls. */
export function shareOf(state: GroupState, replicas: number, own: ReadonlySet<string>): GroupState {
  const { minute, day, calls } = state;
  return {
    ...state,
    minute: minute.map((slot) => ({
      ...slot,
      requests: slot.requests / replicas,
      tokens: slot.tokens / replicas,
    })),
    day: day && { id: day.id, requests: day.requests / replicas, tokens: day.tokens / replicas },
    calls: Object.fromEntries(Object.entries(calls).filter(([lease]) => own.has(lease))),
  };
}
