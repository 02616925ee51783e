import type { DroppedTarget } from '@turnpike/billing';
import { GatewayError } from '@turnpike/kernel';

/** What keeps targets away that no waiting of the caller's cures. */
const OURS_TO_MEND: ReadonlySet<string> = new Set(['cooling_auth', 'cooling_target_gone']);

/** It is over by itself: a limit, or trouble of the provider. */
export const isPassing = ({ reason, untilMs }: DroppedTarget): boolean =>
  untilMs !== undefined && !OURS_TO_MEND.has(reason);

/** The provider itself is in trouble, or was a moment ago. */
const IN_TROUBLE: ReadonlySet<string> = new Set(['breaker_open', 'recovering']);

export interface CoolingFacts {
  readonly alias: string;
  readonly dropped: readonly DroppedTarget[];
  readonly retryAtMs: number;
  readonly nowMs: number;
}

/**
 * Nobody was asked, because every target cools down. A provider's limit is a 429 with the time it frees; a provider that
 * fails is unavailable; a refused credential or a model that is gone is our own trouble and says so.
 */
export function coolingError({ alias, dropped, retryAtMs, nowMs }: CoolingFacts): GatewayError {
  if (dropped.length > 0 && dropped.every(({ reason }) => OURS_TO_MEND.has(reason)))
    return brokenTargets(alias, dropped);
  const others = dropped.filter(({ reason }) => !OURS_TO_MEND.has(reason));
  if (
    others.some(({ reason }) => reason === 'breaker_open') &&
    others.every(({ reason }) => IN_TROUBLE.has(reason))
  )
    return openTargets(alias, retryAtMs, nowMs);
  const waits = dropped.filter(({ reason, untilMs }) => !OURS_TO_MEND.has(reason) && untilMs !== undefined);
  const wakeAtMs =
    waits.length > 0 ? Math.min(...waits.map(({ untilMs = retryAtMs }) => untilMs)) : retryAtMs;
  const seconds = Math.max(1, Math.ceil((wakeAtMs - nowMs) / 1000));
  const when = new Date(wakeAtMs).toISOString().slice(0, 19);
  const reasons = new Set(dropped.map(({ reason }) => reason.replace(/^cooling_/, '').replaceAll('_', ' ')));
  return new GatewayError(
    'targets_cooling',
    `Every target of model "${alias}" is at a limit of its provider (${[...reasons].join(', ')}). The first is back in ${seconds} s, at ${when}Z.`,
    { retryAfterMs: Math.max(0, wakeAtMs - nowMs) },
  );
}

/** No limit of anybody's: the next try is as good a guess as any, so no time is promised. */
function openTargets(alias: string, retryAtMs: number, nowMs: number): GatewayError {
  const seconds = Math.max(1, Math.ceil((retryAtMs - nowMs) / 1000));
  return new GatewayError(
    'targets_unavailable',
    `Every target of model "${alias}" has failed too often lately, so nobody is asked (gateway). The first is tried again in ${seconds} s.`,
  );
}

function brokenTargets(alias: string, dropped: readonly DroppedTarget[]): GatewayError {
  const refused = dropped.some(({ reason }) => reason === 'cooling_auth');
  const why = refused
    ? "the provider refused the gateway's own credential"
    : 'the provider does not know the model';
  return new GatewayError(
    refused ? 'provider_authentication_failed' : 'targets_unavailable',
    `No target of model "${alias}" can be used: ${why} (provider). The platform team has to mend the configuration.`,
    { final: true },
  );
}
