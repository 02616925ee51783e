import type { DroppedTarget } from '@turnpike/billing';
import { GatewayError } from '@turnpike/kernel';

/** What keeps targets away that no waiting of the caller's cures. */
const OURS_TO_MEND: ReadonlySet<string> = new Set(['cooling_auth', 'cooling_target_gone']);

export interface CoolingFacts {
  readonly alias: string;
  readonly dropped: readonly DroppedTarget[];
  readonly retryAtMs: number;
  readonly nowMs: number;
}

/**
 * Nobody was asked, because every target cools down. A provider's limit is a 429 with the time it frees; a refused
 * credential or a model that is gone is our own trouble and says so.
 */
export function coolingError({ alias, dropped, retryAtMs, nowMs }: CoolingFacts): GatewayError {
  if (dropped.length > 0 && dropped.every(({ reason }) => OURS_TO_MEND.has(reason)))
    return brokenTargets(alias, dropped);
  const waits = dropped.filter(({ reason, untilMs }) => !OURS_TO_MEND.has(reason) && untilMs !== undefined);
  const wakeAtMs =
    waits.length > 0 ? Math.min(...waits.map(({ untilMs = retryAtMs }) => untilMs)) : retryAtMs;
  const seconds = Math.max(1, Math.ceil((wakeAtMs - nowMs) / 1000));
  const when = new Date(wakeAtMs).toISOString().slice(0, 19);
  const reasons = new Set(dropped.map(({ reason }) => reason.replace('cooling_', '').replaceAll('_', ' ')));
  return new GatewayError(
    'targets_cooling',
    `Every target of model "${alias}" cools down after its provider's refusals (${[...reasons].join(', ')}). The first is back in ${seconds} s, at ${when}Z.`,
    { retryAfterMs: Math.max(0, wakeAtMs - nowMs) },
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
