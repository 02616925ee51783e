import { GatewayError } from '@turnpike/kernel';
import { readQuotaHeaders, type Target } from '@turnpike/provider';
import type { Candidate, Pass } from '@turnpike/routing';
import { amendRequest } from './amend-request';
import { Attempt, type AttemptOutcome } from './attempt';
import type { CallRun } from './call-run';
import type { Asked } from './operations/asked';
import { endOf } from './pass-gate';
import { keepPlace } from './place-session';
import type { PreparedCall } from './prepare-call';
import { refuseLosses } from './refuse-losses';

export type TargetCandidate = Candidate<Target>;

/** What cannot be said in a target's dialect is no failure of the target: it is passed over, and named. */
function prepareAttempt(run: CallRun, body: Asked, candidate: TargetCandidate): PreparedCall | GatewayError {
  try {
    const prepared = body.prepare(run.call, candidate);
    const loss = refuseLosses(run, candidate.target, prepared.losses);
    return loss ? passOver(run, candidate, loss) : prepared;
  } catch (error) {
    return passOver(run, candidate, error);
  }
}

/** Names the target that cannot be asked; what is no refusal of ours goes on as it is. */
function passOver(run: CallRun, candidate: TargetCandidate, error: unknown): GatewayError {
  if (!(error instanceof GatewayError)) throw error;
  dropCandidate(run, candidate, error.reason);
  return error;
}

/** Notes why a candidate cannot be asked, once for each reason. */
export function dropCandidate(run: CallRun, { target, credential }: TargetCandidate, reason: string): void {
  const { name: provider } = target.provider;
  const { model } = target;
  const isNoted = run.dropped.some(
    (one) =>
      one.provider === provider &&
      one.credential === credential.name &&
      one.model === model &&
      one.reason === reason,
  );
  if (!isNoted) run.dropped.push({ provider, credential: credential.name, model, reason });
}

/** Fetches what this target cannot fetch itself; resolves to why it could not be had. undefined: nothing to wait for. */
export function gatherParts(
  run: CallRun,
  body: Asked,
  candidate: TargetCandidate,
): Promise<GatewayError | undefined> | undefined {
  const { media } = run.deps;
  if (!media) return undefined;
  try {
    return body.gather?.(run.call, candidate, media)?.then(
      () => undefined,
      (error: unknown) => passOver(run, candidate, error),
    );
  } catch (error) {
    return Promise.resolve(passOver(run, candidate, error));
  }
}

/**
 * How an attempt ended. `renewed`: what it was refused for has been mended (a token that was out of date, reasoning that
 * the vendor does not take), and the same candidate is to be asked again.
 */
export type AttemptEnd = AttemptOutcome | { readonly kind: 'renewed' };

/** What an attempt is made with once its gate has let it in. */
export interface Admission {
  readonly candidate: TargetCandidate;
  readonly prepared: PreparedCall;
  readonly pass: Pass;
}

/**
 * What an attempt is made with, where its gate has let it in; its gate hears of it where none is made: it is not wanted
 * any more, cannot be said to this target, or has a defect.
 */
export function admitAttempt(
  run: CallRun,
  body: Asked,
  { candidate, pass }: Pick<Admission, 'candidate' | 'pass'>,
  isWanted: boolean,
): Admission | GatewayError | undefined {
  const { gates, clock } = run.deps;
  let prepared: PreparedCall | GatewayError | undefined;
  try {
    prepared = isWanted ? prepareAttempt(run, body, candidate) : undefined;
  } finally {
    if (prepared === undefined || prepared instanceof GatewayError)
      gates.ended(pass, { kind: 'gone', reached: false }, clock());
  }
  return prepared === undefined || prepared instanceof GatewayError
    ? prepared
    : { candidate, prepared, pass };
}

/** One attempt from dispatch to its end, told to the gate that let it in. */
export async function makeAttempt(
  run: CallRun,
  body: Asked,
  { candidate: { target, credential }, prepared, pass }: Admission,
): Promise<AttemptEnd> {
  const { call, deps, delivery } = run;
  const { gates, clock } = deps;
  const made = new Attempt({
    call,
    body,
    delivery,
    deps,
    target,
    credential,
    prepared,
    n: ++run.begun,
    deadlineAtMs: run.deadlineAtMs,
    inputEstimate: run.inputEstimate,
    divertsRefusals: run.route?.onContentFilter !== undefined,
    deliverWhole: (from, bytes) => run.deliverWhole(from, bytes),
    onHead: (headers, nowMs) =>
      gates.read(pass, readQuotaHeaders(target.provider.definition, headers, nowMs), nowMs),
    onContent: (nowMs) => {
      run.serve(made);
      gates.proved(pass, nowMs);
    },
  });
  let outcome: AttemptOutcome | undefined;
  let renewed = false;
  try {
    outcome = await run.attempt(made);
    renewed =
      isRenewed(run, { target, credential }, outcome, made.startedAtMs) ||
      (outcome.kind === 'failed' && amendRequest(body, { target, prepared, failure: outcome.failure }));
  } finally {
    // What is mended at once benches nobody.
    const end = outcome && !renewed ? endOf(run, made, outcome) : ({ kind: 'gone', reached: true } as const);
    gates.ended(pass, end, clock());
  }
  if (renewed) return { kind: 'renewed' };
  if (outcome.kind === 'delivered') keepPlace(run, { target, credential });
  return outcome;
}

/** A token that the provider no longer takes is fetched anew, once per call: nobody is benched for it. */
function isRenewed(
  run: CallRun,
  { target, credential }: TargetCandidate,
  outcome: AttemptOutcome,
  startedAtMs: number,
): boolean {
  if (outcome.kind !== 'failed' || run.renewed.includes(credential.id)) return false;
  const { class: kind, status } = outcome.failure;
  if (kind !== 'auth' || status === null) return false;
  run.renewed.push(credential.id);
  return run.deps.authorizer.renew(target.provider, credential, startedAtMs);
}
