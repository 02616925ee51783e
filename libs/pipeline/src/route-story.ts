import { GatewayError } from '@turnpike/kernel';
import type { Route, Target } from '@turnpike/provider';
import {
  afterClosed,
  afterFailure,
  afterWait,
  nextStep,
  repeatCandidate,
  skipGroup,
  skipTarget,
  type AttemptState,
  type Closed,
  type Pass,
  type Step,
} from '@turnpike/routing';
import type { CallRun } from './call-run';
import type { AskedSize } from './call-size';
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
import { recallReasoning } from './recall-reasoning';
import type { Turn } from './waiting-room';

/** What is to be said of a story that is over, if anything. */
interface Verdict {
  readonly said: GatewayError | undefined;
}

type CallStep = Extract<Step<Target>, { kind: 'call' }>;
/** A promise where something is waited for. */
type Going = Promise<Verdict | undefined> | Verdict | undefined;

/** The attempts at the targets of one route. What nearly every call does at once is not awaited: each promise costs. */
export class RouteStory {
  /** Its turn in a line of calls that wait for the same place. */
  private turn: Turn | undefined;
  private unsayable: GatewayError | undefined;
  private readonly body: Asked;

  constructor(
    private readonly run: CallRun,
    private readonly route: Route,
    private readonly size: AskedSize,
    private state: AttemptState<Target>,
  ) {
    this.body = size.asked;
  }

  /** Resolves to what is to be said. */
  async tell(): Promise<GatewayError | undefined> {
    const { run } = this;
    try {
      for (;;) {
        if (run.over) return undefined;
        const step = nextStep(this.state, run.deps.clock());
        if (step.kind === 'give-up') return this.giveUp(step);
        if (step.kind === 'wait') await this.wait(step);
        else {
          const verdict = await this.call(step);
          if (verdict) return verdict.said;
        }
      }
    } finally {
      this.turn?.over();
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

  /** One candidate; what has to be known before it is asked first. undefined: go on. */
  private call(step: CallStep): Going {
    const { run, body } = this;
    const { candidate } = step;
    const recalling = recallReasoning(run, body, candidate.target);
    if (recalling) return recalling.then(() => undefined);
    const gathering = gatherParts(run, body, candidate);
    if (!gathering) return this.ask(step);
    return gathering.then((missing) => (missing ? this.skip(candidate, missing) : this.ask(step)));
  }

  private ask(step: CallStep): Going {
    if (!this.isAffordable(step.candidate)) return undefined;
    const asked = passGate(this.run, step, this.size, this.turn);
    return asked instanceof Promise
      ? asked.then((pass) => this.goIn(step.candidate, pass))
      : this.goIn(step.candidate, asked);
  }

  private goIn(candidate: TargetCandidate, pass: Pass | Closed): Going {
    if (pass.kind === 'pass') {
      this.endTurn();
      return this.enter(candidate, pass);
    }
    if (pass.reason !== 'queued') noteClosed(this.run, candidate, pass);
    this.state = afterClosed(this.state, candidate, pass.untilMs);
    return undefined;
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

  private enter(candidate: TargetCandidate, pass: Pass): Going {
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
    return makeAttempt(run, body, admission).then((end) => this.after(candidate, end));
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
