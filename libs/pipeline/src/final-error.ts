import type { DroppedTarget } from '@turnpike/billing';
import { GatewayError } from '@turnpike/kernel';
import type { Route, Target } from '@turnpike/provider';
import { describeClosed, earliestWake, placeOf, type CallSize, type Step } from '@turnpike/routing';
import type { CallRun } from './call-run';
import { coolingError, isPassing } from './cooling-error';
import { chooseFailure, failureError } from './failure-error';
import { lineOf } from './pass-gate';

/** The client has seen content of an answer that broke off. */
export function brokenError(run: CallRun): GatewayError | undefined {
  const last = run.failures[run.failures.length - 1];
  return last && failureError(last, { nowMs: run.deps.clock() });
}

/** Nobody is left to ask: the failure that says most, or when somebody is back. */
export function finalError(
  run: CallRun,
  route: Route,
  size: CallSize,
  step: Extract<Step<Target>, { kind: 'give-up' }>,
): GatewayError {
  const { gates, clock } = run.deps;
  const nowMs = clock();
  const retryAtMs = step.retryAtMs ?? earliestWake(route.targets, (place) => gates.look(place, size, nowMs));
  const failed = chooseFailure(run.failures);
  const shut = obstacles(run, route, size, nowMs);
  // A key that was refused is ours to mend; the caller is told when somebody else is back.
  const isBackSoon = shut.some((note) => note.reason !== 'queued' && isPassing(note)) || isInLine(run, route);
  if (failed?.failure.class === 'auth' && retryAtMs !== undefined && isBackSoon)
    return coolingError({ alias: route.alias, dropped: shut, retryAtMs, nowMs });
  if (failed) return failureError(failed, { nowMs, ...(retryAtMs === undefined ? {} : { retryAtMs }) });
  if (step.why === 'deadline')
    return new GatewayError(
      'deadline_exceeded',
      `No answer within the deadline of ${run.snapshot.policy.deadlineMs} ms (gateway). Try again.`,
    );
  if (step.why === 'cooling' && retryAtMs !== undefined)
    return coolingError({ alias: route.alias, dropped: shut, retryAtMs, nowMs });
  return new GatewayError(
    'no_target',
    `No target of model "${route.alias}" can be used at the moment (gateway).`,
  );
}

/**
 * What is in the way of each candidate now. A call that waited has notes of earlier moments: the last one of a candidate
 * counts where nothing is in its way any more; and who was not asked at all stands behind others that wait.
 */
function obstacles(run: CallRun, route: Route, size: CallSize, nowMs: number): readonly DroppedTarget[] {
  const all = new Map(run.dropped.map((note) => [keyOf(note), note]));
  const asked = new Set(run.entries.map(keyOf));
  for (const target of route.targets)
    for (const credential of target.provider.credentials) {
      const candidate = { target, credential };
      const closed = run.deps.gates.look(placeOf(candidate), size, nowMs);
      const queued = { reason: 'queued', untilMs: nowMs };
      const found = describeClosed(candidate, closed ?? queued);
      const key = keyOf(found);
      if (closed || !(all.has(key) || asked.has(key))) all.set(key, found);
    }
  return [...all.values()];
}

/** Somebody who was not asked is there, but others wait for him. */
function isInLine(run: CallRun, route: Route): boolean {
  const asked = new Set(run.entries.map(keyOf));
  return route.targets.some((target) =>
    target.provider.credentials.some((credential) => {
      const key = keyOf({ provider: target.provider.name, credential: credential.name, model: target.model });
      return !asked.has(key) && run.deps.waiting.isTaken(lineOf(placeOf({ target, credential })));
    }),
  );
}

const keyOf = ({
  provider,
  credential,
  model,
}: Pick<DroppedTarget, 'provider' | 'credential' | 'model'>): string =>
  `${provider}\n${credential}\n${model}`;
