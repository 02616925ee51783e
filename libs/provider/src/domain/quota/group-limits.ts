import { QUOTA_LIMITS, type QuotaLimits } from '@turnpike/protocol';

/** The smaller of each limit; absent members do not limit. */
const smallerOf = (one: QuotaLimits, other: QuotaLimits): QuotaLimits =>
  Object.fromEntries(
    QUOTA_LIMITS.flatMap((name) => {
      const stated = [one[name], other[name]].filter((limit) => limit !== undefined);
      return stated.length === 0 ? [] : [[name, Math.min(...stated)]];
    }),
  );

/** Limits by quota group. One pool has one set of limits: where its credentials disagree, the smallest is safe. */
export function limitsByGroup(
  stated: readonly { readonly quotaGroup: string; readonly limits?: QuotaLimits }[],
): ReadonlyMap<string, QuotaLimits> {
  const groups = new Map<string, QuotaLimits>();
  for (const { quotaGroup, limits } of stated)
    if (limits) groups.set(quotaGroup, smallerOf(groups.get(quotaGroup) ?? {}, limits));
  return new Map([...groups].filter(([, limits]) => Object.keys(limits).length > 0));
}
