import type { Failure } from '@turnpike/protocol';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Strikes older than this no longer count. */
export const STRIKE_WINDOW_MS = 24 * HOUR_MS;

const LADDER_MS = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS];
const UNREADABLE_CAP_MS = 2 * MINUTE_MS;
const CREDIT_MS = HOUR_MS;
const AUTH_MS = 10 * MINUTE_MS;
const TARGET_GONE_MS = HOUR_MS;
const LONG_WINDOW_MS = 10 * MINUTE_MS;

export interface CooldownSubject {
  readonly credentialId: string;
  readonly quotaGroup: string;
  readonly provider: string;
  readonly model: string;
}

const join = (kind: 'group' | 'credential' | 'provider', name: string, model?: string): string =>
  model === undefined ? `${kind}\n${name}` : `${kind}\n${name}\n${model}`;

/**
 * Whom this failure keeps out, as a key; undefined: nobody. Rates and credit are shared by a quota group; a single
 * overload or server error benches nothing; a request's own fault benches nothing ever.
 */
export function cooldownKey(failure: Failure, at: CooldownSubject): string | undefined {
  const model = failure.scope === 'model' ? at.model : undefined;
  switch (failure.class) {
    case 'rate_minute':
    case 'rate_long':
    case 'credit':
      return join('group', at.quotaGroup, model);
    case 'auth':
      return failure.scope === 'group'
        ? join('group', at.quotaGroup)
        : join('credential', at.credentialId, model);
    case 'target_gone':
      return join('provider', at.provider, at.model);
    case 'overload':
    case 'server':
    case 'context_length':
    case 'content_filter':
    case 'caller':
    case 'auxiliary':
      return undefined;
  }
}

/** Every key under which something may keep this candidate out. */
export const keysOf = (at: CooldownSubject): readonly string[] => [
  join('group', at.quotaGroup),
  join('group', at.quotaGroup, at.model),
  join('credential', at.credentialId),
  join('credential', at.credentialId, at.model),
  join('provider', at.provider, at.model),
];

const rung = (strikes: number): number => LADDER_MS[Math.min(strikes, LADDER_MS.length) - 1] ?? SECOND_MS;

/** A 429 that carries neither code nor type is one that nobody could parse. */
const isUnreadable = ({ vendor }: Failure): boolean => vendor.code === undefined && vendor.type === undefined;

/**
 * How long to stay away, in milliseconds. `strikes` counts this failure. `rightAfter`: the previous stated wait was
 * served and refused again at once, which means that it was too short.
 */
export function cooldownLength(
  failure: Failure,
  nowMs: number,
  strikes: number,
  rightAfter: boolean,
): number {
  const statedMs = failure.wakeAtMs === undefined ? undefined : failure.wakeAtMs - nowMs;
  if (statedMs !== undefined && statedMs > 0) {
    return failure.class === 'rate_minute' && rightAfter ? 2 * statedMs : statedMs;
  }
  switch (failure.class) {
    case 'rate_minute':
      return isUnreadable(failure) ? Math.min(rung(strikes), UNREADABLE_CAP_MS) : rung(strikes);
    case 'rate_long':
      return Math.max(LONG_WINDOW_MS, rung(strikes));
    case 'credit':
      return CREDIT_MS;
    case 'auth':
      return AUTH_MS;
    case 'target_gone':
      return TARGET_GONE_MS;
    default:
      return 0;
  }
}
