import { GatewayError } from '@turnpike/kernel';
import type { Target } from '@turnpike/provider';
import type { AttemptState, CallSize } from '@turnpike/routing';
import type { CallRun } from './call-run';
import { hedgeCandidates } from './hedge-candidates';
import {
  admitAttempt,
  gatherParts,
  makeAttempt,
  type Admission,
  type AttemptEnd,
  type TargetCandidate,
} from './make-attempt';
import type { Asked } from './operations/asked';
import { noteClosed, passGate } from './pass-gate';
import { recallReasoning } from './recall-reasoning';

/** What a second attempt is made from. */
export interface HedgeSetting {
  readonly run: CallRun;
  readonly body: Asked;
  readonly size: CallSize;
  /** Before the first attempt. */
  readonly state: AttemptState<Target>;
  /** How long the first attempt may say nothing. */
  readonly afterMs: number;
}

export interface MadeAttempt {
  readonly candidate: TargetCandidate;
  readonly end: AttemptEnd;
}

/** The first attempt of a call, and a second beside it where it says nothing for too long; in this order. */
export async function makeHedged(setting: HedgeSetting, first: Admission): Promise<readonly MadeAttempt[]> {
  const silence = waitFor(setting.afterMs);
  // Both are waited for whatever becomes of the other: an attempt that nobody waits for would never be settled.
  const ends = await Promise.allSettled([
    make(setting, first).finally(silence.cancel),
    silence.isOver.then((isOver) => (isOver ? hedge(setting, first.candidate) : undefined)),
  ]);
  return ends.flatMap((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value ?? [];
  });
}

/** Resolves to false when it was cancelled. */
function waitFor(ms: number): { readonly isOver: Promise<boolean>; readonly cancel: () => void } {
  let cancel = (): void => undefined;
  const isOver = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(true), ms);
    cancel = () => {
      clearTimeout(timer);
      resolve(false);
    };
  });
  return { isOver, cancel };
}

async function make({ run, body }: HedgeSetting, admission: Admission): Promise<MadeAttempt> {
  return { candidate: admission.candidate, end: await makeAttempt(run, body, admission) };
}

/** The second attempt; undefined: it is not wanted any more, there is nobody to ask, or it is not paid for. */
async function hedge(setting: HedgeSetting, asked: TargetCandidate): Promise<MadeAttempt | undefined> {
  const { run, state } = setting;
  const { clock, observer } = run.deps;
  for (const candidate of hedgeCandidates(state.queue, asked, clock())) {
    if (!mayBegin(setting)) return undefined;
    if (!isPaid(run, candidate)) continue;
    // What goes wrong before there is a second attempt is none of the first one's business.
    const admission = await admit(setting, candidate).catch((error: unknown) => observer.defect(error));
    if (admission) return make(setting, admission);
  }
  return undefined;
}

/** The first attempt is still under way and silent, and the call has time for another. */
const mayBegin = ({ run, state }: HedgeSetting): boolean =>
  run.isSilent && run.deps.hedges.affords() && run.deps.clock() < state.limits.deadlineAtMs;

/** A hedge is an extra attempt like any: charged to the group that it goes to as well. */
const isPaid = ({ deps }: CallRun, { credential }: TargetCandidate): boolean =>
  deps.retries.affords(credential.quotaGroup, deps.clock());

async function admit(setting: HedgeSetting, candidate: TargetCandidate): Promise<Admission | undefined> {
  const { run, body, size } = setting;
  const { hedges, retries, clock } = run.deps;
  await recallReasoning(run, body, candidate.target);
  if (await gatherParts(run, body, candidate)) return undefined;
  const pass = await passGate(
    run,
    { kind: 'call', candidate, n: run.begun + 1, force: false },
    size,
    undefined,
  );
  if (pass.kind === 'closed') {
    if (pass.reason !== 'queued') noteClosed(run, candidate, pass);
    return undefined;
  }
  // Much may have happened since it was asked whether it may come in.
  const isWanted = mayBegin(setting) && isPaid(run, candidate);
  const admission = admitAttempt(run, body, { candidate, pass }, isWanted);
  if (admission === undefined || admission instanceof GatewayError) return undefined;
  hedges.spend();
  retries.spend(candidate.credential.quotaGroup, clock());
  return admission;
}
