import { GatewayError } from '@turnpike/kernel';
import {
  afterFailure,
  beginAttempts,
  cooldownKeyOf,
  earliestWake,
  nextStep,
  planRoute,
  skipTarget,
  type AttemptState,
  type Candidate,
  type Step,
} from '@turnpike/routing';
import type { Route, Target } from '@turnpike/provider';
import { Attempt, type AttemptOutcome } from './attempt';
import type { CallBody } from './call-body';
import type { CallRun } from './call-run';
import { coolingError } from './cooling-error';
import { chooseFailure, failureError } from './failure-error';
import { prepareCall, type PreparedCall } from './prepare-call';

type TargetCandidate = Candidate<Target>;

/** Attempts of one route until an answer was delivered or nobody is left to ask. Resolves to what is to be said. */
export async function runAttempts(
  run: CallRun,
  body: CallBody,
  route: Route,
): Promise<GatewayError | undefined> {
  const { deps } = run;
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
    const prepared = prepare(run, body, step.candidate);
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
    if (outcome.kind !== 'failed') return undefined;
    state = afterFailure(state, step.candidate, outcome.failure, deps.clock());
  }
}

function begin(run: CallRun, route: Route): AttemptState<Target> {
  const { deps, snapshot } = run;
  const nowMs = deps.clock();
  const plan = planRoute({
    strategy: route.strategy,
    targets: route.targets,
    cooldowns: deps.cooldowns,
    nowMs,
    random: deps.random,
    turn: route.targets.length > 1 ? deps.turns.next(route.alias) : 0,
  });
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

/** What cannot be said in a target's dialect is no failure of the target: it is passed over, and named. */
function prepare(run: CallRun, body: CallBody, candidate: TargetCandidate): PreparedCall | GatewayError {
  try {
    return prepareCall(run.call, body, candidate);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { target, credential } = candidate;
    run.dropped.push({
      provider: target.provider.name,
      credential: credential.name,
      model: target.model,
      reason: error.reason,
    });
    return error;
  }
}

async function attempt(
  run: CallRun,
  body: CallBody,
  candidate: TargetCandidate,
  prepared: PreparedCall,
): Promise<AttemptOutcome> {
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
  const key = cooldownKeyOf(candidate);
  if (outcome.kind === 'failed' || outcome.kind === 'broken')
    deps.cooldowns.reportFailure(key, outcome.failure, deps.clock());
  else if (outcome.kind === 'delivered') deps.cooldowns.reportSuccess(key, deps.clock());
  return outcome;
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
