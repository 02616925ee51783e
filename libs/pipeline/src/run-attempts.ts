import { GatewayError } from '@turnpike/kernel';
import type { Route, Target } from '@turnpike/provider';
import {
  afterClosed,
  afterFailure,
  afterWait,
  beginAttempts,
  groupsOf,
  nextStep,
  repeatCandidate,
  skipGroup,
  skipTarget,
  type AttemptState,
  type Pass,
  type Step,
} from '@turnpike/routing';
import type { CallRun } from './call-run';
import { AskedSize } from './call-size';
import { refusalLast } from './failure-error';
import { brokenError, finalError } from './final-error';
import {
  admitAttempt,
  dropCandidate,
  gatherParts,
  makeAttempt,
  type Admission,
  type AttemptEnd,
  type TargetCandidate,
} from './make-attempt';
import { makeHedged } from './make-hedged';
import type { Asked } from './operations/asked';
import { awaitTurn, noteClosed, passGate } from './pass-gate';
import { openSession, staysInPlace } from './place-session';
import { planCall } from './plan-call';
import { recallReasoning } from './recall-reasoning';
import type { Turn } from './waiting-room';

/** Attempts of one route until an answer was delivered or nobody is left to ask. Resolves to what is to be said. */
export async function runAttempts(
  run: CallRun,
  body: Asked,
  route: Route,
): Promise<GatewayError | undefined> {
  const knowing = lookUp(run, body, route);
  if (knowing) await knowing;
  const story = new RouteStory(run, body, route);
  try {
    return await story.tell();
  } finally {
    story.turn?.over();
  }
}

/** What has to be known before targets are ordered, in one go; undefined: all of it is. */
function lookUp(run: CallRun, body: Asked, route: Route): Promise<unknown> | undefined {
  const { gates, clock } = run.deps;
  const opening = openSession(run, body, route);
  const reading = gates.ready(groupsOf(route.targets), clock());
  return opening && reading ? Promise.all([opening, reading]) : (opening ?? reading);
}

/** What is to be said of a story that is over, if anything. */
interface Verdict {
  readonly said: GatewayError | undefined;
}

/** The attempts at the targets of one route. */
class RouteStory {
  /** Its turn in a line of calls that wait for the same place. */
  turn: Turn | undefined;
  private readonly size: AskedSize;
  private state: AttemptState<Target>;
  private unsayable: GatewayError | undefined;

  constructor(
    private readonly run: CallRun,
    private readonly body: Asked,
    private readonly route: Route,
  ) {
    this.size = new AskedSize(run, body);
    this.state = begin(run, route, this.size);
  }

  async tell(): Promise<GatewayError | undefined> {
    const { run } = this;
    for (;;) {
      if (run.over) return undefined;
      const step = nextStep(this.state, run.deps.clock());
      switch (step.kind) {
        case 'give-up':
          return this.giveUp(step);
        case 'wait':
          await this.wait(step);
          break;
        case 'call': {
          const verdict = await this.call(step);
          if (verdict) return verdict.said;
        }
      }
    }
  }

  private giveUp(step: Extract<Step<Target>, { kind: 'give-up' }>): GatewayError {
    const { run, route, unsayable, size } = this;
    return unsayable && run.entries.length === 0 && step.why === 'exhausted'
      ? unsayable
      : finalError(run, route, size, step);
  }

  private async wait({ ms, because, candidate }: Extract<Step<Target>, { kind: 'wait' }>): Promise<void> {
    const { run, state } = this;
    const { clock } = run.deps;
    if (because === 'backoff') return run.sleep(ms);
    const sinceMs = clock();
    // A turn that came to nothing ends with the time for which the place is shut for everybody.
    this.endTurn(sinceMs + ms);
    const limitMs = state.limits.maxQueueWaitMs - state.waitedMs;
    this.turn = await awaitTurn(run, candidate, ms, limitMs);
    const waitedMs = this.turn ? clock() - sinceMs : Infinity;
    this.state = afterWait(this.state, waitedMs);
  }

  private endTurn(notBeforeMs?: number): void {
    this.turn?.over(notBeforeMs);
    this.turn = undefined;
  }

  /** One candidate. undefined: go on. */
  private async call(step: Extract<Step<Target>, { kind: 'call' }>): Promise<Verdict | undefined> {
    const { run, body } = this;
    const { candidate } = step;
    const recalling = recallReasoning(run, body, candidate.target);
    if (recalling) return void (await recalling);
    const gathering = gatherParts(run, body, candidate);
    const missing = gathering && (await gathering);
    if (missing) return this.skip(candidate, missing);
    if (!this.isAffordable(candidate)) return undefined;
    const asked = passGate(run, step, this.size, this.turn);
    const pass = asked instanceof Promise ? await asked : asked;
    if (pass.kind === 'closed') {
      if (pass.reason !== 'queued') noteClosed(run, candidate, pass);
      this.state = afterClosed(this.state, candidate, pass.untilMs);
      return undefined;
    }
    this.endTurn();
    return this.enter(candidate, pass);
  }

  /** Every attempt but the first is charged to the group that it goes to. */
  private isAffordable(candidate: TargetCandidate): boolean {
    const { run, state } = this;
    const { retries, clock } = run.deps;
    const group = candidate.credential.quotaGroup;
    if (state.made === 0 || retries.affords(group, clock())) return true;
    dropCandidate(run, candidate, 'retry_budget');
    this.state = skipGroup(state, candidate);
    return false;
  }

  private skip(candidate: TargetCandidate, why: GatewayError): undefined {
    this.unsayable = why;
    this.state = skipTarget(this.state, candidate);
  }

  private async enter(candidate: TargetCandidate, pass: Pass): Promise<Verdict | undefined> {
    const { run, body, route } = this;
    const { deps } = run;
    // While others were asked the deadline may have come, and others may have spent what there was.
    const isInTime = !run.over && deps.clock() < run.deadlineAtMs;
    const mayBegin = isInTime && this.isAffordable(candidate);
    const admission = admitAttempt(run, body, { candidate, pass }, mayBegin);
    if (admission === undefined) return undefined;
    if (admission instanceof GatewayError) return this.skip(candidate, admission);
    if (this.state.made > 0) deps.retries.spend(candidate.credential.quotaGroup, deps.clock());
    else if (route.hedgeAfterMs !== undefined && this.isHedged()) {
      deps.hedges.earn();
      return this.race(admission, route.hedgeAfterMs);
    }
    return this.after(candidate, await makeAttempt(run, body, admission));
  }

  /** A call has one hedge at most, beside its very first attempt. */
  private isHedged(): boolean {
    const { run, body, state } = this;
    return run.begun === 0 && body.operation === 'generate' && state.limits.maxAttempts > 1;
  }

  private async race(first: Admission, afterMs: number): Promise<Verdict | undefined> {
    const { run, body, size, state } = this;
    const made = await makeHedged({ run, body, size, state, afterMs }, first);
    if (made.every(({ end }) => end.kind === 'failed')) refusalLast(run.failures);
    let verdict: Verdict | undefined;
    for (const { candidate, end } of made) verdict = this.after(candidate, end) ?? verdict;
    return verdict;
  }

  /** An attempt is over. */
  private after(candidate: TargetCandidate, outcome: AttemptEnd): Verdict | undefined {
    const { run, body } = this;
    const { deps } = run;
    switch (outcome.kind) {
      case 'delivered':
        deps.retries.credit(candidate.credential.quotaGroup, deps.clock());
        run.state = 'succeeded';
        return { said: undefined };
      case 'gone':
        return { said: undefined };
      case 'lost':
        return undefined;
      case 'broken':
        run.state = 'broken';
        return { said: brokenError(run) };
      case 'renewed':
        this.state = repeatCandidate(this.state);
        return undefined;
      case 'failed':
        if (body.fault) return { said: body.fault };
        this.state = afterFailure(this.state, candidate, outcome.failure, deps.clock());
        return undefined;
    }
  }
}

function begin(run: CallRun, route: Route, size: AskedSize): AttemptState<Target> {
  const { deps, snapshot } = run;
  const turns = route.targets.length > 1 ? deps.turns : undefined;
  const plan = planCall(
    {
      route,
      size,
      snapshot,
      nowMs: deps.clock(),
      random: deps.random,
      turn: turns?.peek(route.alias) ?? 0,
      pin: run.pin,
      place: run.session?.place,
    },
    deps,
  );
  // Who goes where its conversation is takes no turn from those that the strategy places.
  if (!staysInPlace(run.session, plan)) turns?.next(route.alias);
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
