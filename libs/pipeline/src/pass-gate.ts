import { inputTotal } from '@turnpike/protocol';
import type { Target } from '@turnpike/provider';
import {
  describeClosed,
  placeOf,
  type CallSize,
  type Candidate,
  type Closed,
  type GatedPlace,
  type Pass,
  type PassEnd,
  type Step,
} from '@turnpike/routing';
import type { Attempt, AttemptOutcome } from './attempt';
import type { CallRun } from './call-run';
import type { Turn } from './waiting-room';

/** How long others who wait for the same place are let go first. */
const BEHIND_OTHERS_MS = 5;

/** Those who wait for a model of a quota group stand in one line. */
export const lineOf = ({ quotaGroup, model }: GatedPlace): string => `${quotaGroup}\n${model}`;

/** Asks the gate in front of a candidate. Whoever waits for the same place was here first. */
export function passGate(
  run: CallRun,
  { candidate, force }: Extract<Step<Target>, { kind: 'call' }>,
  size: CallSize,
  turn: Turn | undefined,
): Pass | Closed | Promise<Pass | Closed> {
  const { gates, waiting, clock } = run.deps;
  const place = placeOf(candidate);
  const nowMs = clock();
  const line = lineOf(place);
  if (turn?.line !== line && waiting.isTaken(line))
    return {
      kind: 'closed',
      reason: 'queued',
      untilMs: nowMs + BEHIND_OTHERS_MS,
      soft: false,
      provenance: 'heuristic',
    };
  return gates.enter(place, size, force, nowMs);
}

/** Waits for a candidate to open. undefined: it came to nothing within the time that is left for it. */
export async function awaitTurn(
  run: CallRun,
  candidate: Candidate<Target>,
  waitMs: number,
  limitMs: number,
): Promise<Turn | undefined> {
  const { waiting, clock } = run.deps;
  const line = lineOf(placeOf(candidate));
  const caller = run.call.principal.keyId;
  const wait = waiting.join({ line, caller, notBeforeMs: clock() + waitMs, limitMs });
  return run.awaiting(wait.ended, wait.cancel);
}

/** Notes why a candidate was passed over, once for each reason, the latest last. */
export function noteClosed(run: CallRun, candidate: Candidate<Target>, closed: Closed): void {
  const dropped = describeClosed(candidate, closed);
  const at = run.dropped.findIndex(
    ({ provider, credential, model, reason }) =>
      provider === dropped.provider &&
      credential === dropped.credential &&
      model === dropped.model &&
      reason === dropped.reason,
  );
  if (at >= 0) run.dropped.splice(at, 1);
  run.dropped.push(dropped);
}

/** What the gate hears of an attempt that is over. */
export function endOf(run: CallRun, made: Attempt, outcome: AttemptOutcome): PassEnd {
  const usage = run.entries.findLast(({ id }) => id === made.id)?.usage;
  const used = usage && { inputTokens: inputTotal(usage), outputTokens: usage.output };
  const known = used ? { used } : {};
  const reached = made.status !== null;
  switch (outcome.kind) {
    case 'delivered':
      return { kind: 'succeeded', ...known };
    case 'gone':
    case 'lost':
      return { kind: 'gone', reached, ...known };
    case 'failed':
    case 'broken':
      // What an operation does not find at a provider may be there for all others.
      return outcome.failure.class === 'target_gone' && made.setting.body.operation !== 'generate'
        ? { kind: 'gone', reached, ...known }
        : { kind: 'failed', failure: outcome.failure, reached, ...known };
  }
}
