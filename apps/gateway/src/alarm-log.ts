import type { Failure } from '@turnpike/protocol';
import type { Place } from '@turnpike/routing';
import type { GatewayLog } from './gateway-options';

/** The same trouble is told once in this time. */
const QUIET_MS = 10 * 60_000;
const MOST_REMEMBERED = 1_000;

const WHAT: Readonly<Partial<Record<Failure['class'], string>>> = {
  credit: 'a provider account has no credit left: its quota group is not used',
  auth: 'a provider refuses a credential: it is not used',
  target_gone: 'a provider does not know a model that a route names: it is not used',
};

/** One line for each trouble that only the platform team can mend. */
export function alarmLog(
  log: GatewayLog,
  clock: () => number = Date.now,
): (place: Place, failure: Failure) => void {
  const told = new Map<string, number>();
  return ({ provider, credentialId, model }, { class: kind, reason, status, wakeAtMs }) => {
    const key = `${kind}\n${credentialId}\n${model}`;
    const nowMs = clock();
    if (nowMs - (told.get(key) ?? -QUIET_MS) < QUIET_MS) return;
    if (told.size >= MOST_REMEMBERED) told.clear();
    told.set(key, nowMs);
    const until = wakeAtMs === undefined ? {} : { until: new Date(wakeAtMs).toISOString() };
    const fields = { provider, credential: credentialId, model, class: kind, reason, status, ...until };
    log.error(fields, WHAT[kind] ?? 'a provider cannot be used');
  };
}
