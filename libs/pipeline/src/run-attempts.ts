import { GatewayError } from '@turnpike/kernel';
import {
  afterFailure,
  beginAttempts,
  cooldownKeyOf,
  earliestWake,
  nextStep,
  planRoute,
  repeatCandidate,
  skipTarget,
  type AttemptState,
  type Candidate,
  type RoutePlan,
  type Step,
} from '@turnpike/routing';
import type { Route, Target } from '@turnpike/provider';
import { Attempt, type AttemptOutcome } from './attempt';
import type { CallRun } from './call-run';
import { coolingError } from './cooling-error';
import { chooseFailure, failureError } from './failure-error';
import type { Asked } from './operations/asked';
import { recallReasoning } from './recall-reasoning';
import { keepPlace, openSession, placeSession } from './place-session';
import type { PreparedCall } from './prepare-call';
import { refuseLosses } from './refuse-losses';

type TargetCandidate = Candidate<Target>;

/** Attempts of one route until an answer was delivered or nobody is left to ask. Resolves to what is to be said. */
export async function runAttempts(
  run: CallRun,
  body: Asked,
  route: Route,
): Promise<GatewayError | undefined> {
  const { deps } = run;
  const opening = openSession(run, body, route);
  if (opening) await opening;
  let state = begin(run, route);
  let unsayable: GatewayError | undefined;
  for (;;) {
    if (run.over) return undefined;
    const step = nextStep(state, deps.clock());
    if (step.kind === 'give-up')
      return unsayable && run.entries.length === 0 && step.why === 'exhausted'
        ? unsayable
        : giveUp(run, route, step);
    if (step.kind === 'wait') {
      await run.sleep(step.ms);
      continue;
    }
    const recalling = recallReasoning(run, body, step.candidate.target);
    if (recalling) {
      await recalling;
      continue;
    }
    const gathering = gather(run, body, step.candidate);
    const prepared = (gathering && (await gathering)) ?? prepare(run, body, step.candidate);
    if (prepared instanceof GatewayError) {
      unsayable = prepared;
      state = skipTarget(state, step.candidate);
      continue;
    }
    const outcome = await attempt(run, body, step.candidate, prepared);
    if (outcome.kind === 'delivered') run.state = 'succeeded';
    if (outcome.kind === 'broken') {
      run.state = 'broken';
      return brokenError(run);
    }
    if (outcome.kind === 'renewed') {
      state = repeatCandidate(state);
      continue;
    }
    if (outcome.kind !== 'failed') return undefined;
    if (body.fault) return body.fault;
    state = afterFailure(state, step.candidate, outcome.failure, deps.clock());
  }
}

function begin(run: CallRun, route: Route): AttemptState<Target> {
  const { deps, snapshot } = run;
  const nowMs = deps.clock();
  const all = planRoute({
    strategy: route.strategy,
    targets: route.targets,
    cooldowns: deps.cooldowns,
    nowMs,
    random: deps.random,
    turn: route.targets.length > 1 ? deps.turns.next(route.alias) : 0,
  });
  const plan = placeSession(run, run.pin === undefined ? all : onlyAt(run.pin, all));
  for (const dropped of plan.dropped) run.dropped.push(dropped);
  const { maxAttempts, maxQueueWaitMs } = snapshot.policy;
  // Another alias has been asked before: the attempts of a call are counted over all of them.
  const left = maxAttempts - run.entries.length;
  return beginAttempts(
    plan,
    { maxAttempts: left, deadlineAtMs: run.deadlineAtMs, maxQueueWaitMs },
    deps.random,
  );
}

/** One credential alone, and at once: others need not wait until it is there again. */
const onlyAt = (credentialId: string, { candidates }: RoutePlan<Target>): RoutePlan<Target> => ({
  candidates: candidates.filter(({ credential }) => credential.id === credentialId),
  cooling: [],
  dropped: [],
});

/** What cannot be said in a target's dialect is no failure of the target: it is passed over, and named. */
function prepare(run: CallRun, body: Asked, candidate: TargetCandidate): PreparedCall | GatewayError {
  try {
    const prepared = body.prepare(run.call, candidate);
    const loss = refuseLosses(run, candidate.target, prepared.losses);
    return loss ? passOver(run, candidate, loss) : prepared;
  } catch (error) {
    return passOver(run, candidate, error);
  }
}

/** Names the target that cannot be asked; what is no refusal of ours goes on as it is. */
function passOver(run: CallRun, { target, credential }: TargetCandidate, error: unknown): GatewayError {
  if (!(error instanceof GatewayError)) throw error;
  run.dropped.push({
    provider: target.provider.name,
    credential: credential.name,
    model: target.model,
    reason: error.reason,
  });
  return error;
}

/** Fetches what this target cannot fetch itself; resolves to why it could not be had. undefined: nothing to wait for. */
function gather(
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

async function attempt(
  run: CallRun,
  body: Asked,
  candidate: TargetCandidate,
  prepared: PreparedCall,
): Promise<AttemptOutcome | { readonly kind: 'renewed' }> {
  const { call, deps, delivery } = run;
  const { target, credential } = candidate;
  const made = new Attempt({
    call,
    body,
    delivery,
    deps,
    target,
    credential,
    prepared,
    n: run.entries.length + 1,
    deadlineAtMs: run.deadlineAtMs,
    inputEstimate: run.inputEstimate,
    divertsRefusals: run.route?.onContentFilter !== undefined,
    deliverWhole: (from, bytes) => run.deliverWhole(from, bytes),
  });
  const outcome = await run.attempt(made);
  if (isRenewed(run, candidate, outcome, made.startedAtMs)) return { kind: 'renewed' };
  const key = cooldownKeyOf(candidate);
  if (outcome.kind === 'failed' || outcome.kind === 'broken') {
    // What an operation does not find at a provider may be there for all others.
    if (body.operation === 'generate' || outcome.failure.class !== 'target_gone')
      deps.cooldowns.reportFailure(key, outcome.failure, deps.clock());
  } else if (outcome.kind === 'delivered') {
    deps.cooldowns.reportSuccess(key, deps.clock());
    keepPlace(run, candidate);
  }
  return outcome;
}

/** A token that the provider no longer takes is fetched anew, once per call: nobody is benched for it. */
function isRenewed(
  run: CallRun,
  { target, credential }: TargetCandidate,
  outcome: AttemptOutcome,
  startedAtMs: number,
): boolean {
  if (outcome.kind !== 'failed' || run.renewed.has(credential.id)) return false;
  const { class: kind, status } = outcome.failure;
  if (kind !== 'auth' || status === null) return false;
  run.renewed.add(credential.id);
  return run.deps.authorizer.renew(target.provider, credential, startedAtMs);
}

function brokenError(run: CallRun): GatewayError | undefined {
  const last = run.failures[run.failures.length - 1];
  return last && failureError(last, { nowMs: run.deps.clock() });
}

function giveUp(run: CallRun, route: Route, step: Extract<Step<Target>, { kind: 'give-up' }>): GatewayError {
  const nowMs = run.deps.clock();
  const retryAtMs = step.retryAtMs ?? earliestWake(route.targets, run.deps.cooldowns, nowMs);
  const failed = chooseFailure(run.failures);
  if (failed) return failureError(failed, { nowMs, ...(retryAtMs === undefined ? {} : { retryAtMs }) });
  if (step.why === 'deadline')
    return new GatewayError(
      'deadline_exceeded',
      `No answer within the deadline of ${run.snapshot.policy.deadlineMs} ms (gateway). Try again.`,
    );
  if (step.why === 'cooling' && retryAtMs !== undefined)
    return coolingError({ alias: route.alias, dropped: run.dropped, retryAtMs, nowMs });
  return new GatewayError(
    'no_target',
    `No target of model "${route.alias}" can be used at the moment (gateway).`,
  );
}
