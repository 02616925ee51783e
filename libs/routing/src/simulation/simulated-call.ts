import type { Random } from '@turnpike/kernel';
import type { Failure } from '@turnpike/protocol';
import { afterClosed, afterFailure, afterWait, skipGroup } from '../domain/after-failure';
import { beginAttempts, nextStep } from '../domain/attempt-machine';
import type { AttemptState } from '../domain/attempt-state';
import { placeOf, placesOf } from '../domain/plan-candidates';
import type { RetryBudgets } from '../domain/retry-budgets';
import type { TargetSignals } from '../domain/strategy';
import type { Closed } from '../domain/group/bench';
import type { Pass } from '../domain/gate';
import type { TargetGates } from '../domain/target-gates';
import type { AttemptLimits, Candidate, RoutableTarget, Step } from '../domain/types';
import { planRoute } from '../plan-route';
import type { RoutingStrategy } from '../strategies';
import { INPUT_TOKENS, MEAN_OUTPUT_TOKENS, type Reply } from './provider-models';
import type { VirtualTime } from './virtual-time';
import type { LineTurn, WaitingLines } from './waiting-line';

/** One process: its gates, what it may spend on retries, who waits in it. */
export interface Replica {
  readonly gates: TargetGates;
  readonly retries: RetryBudgets;
  readonly lines: WaitingLines;
  isAlive: boolean;
  turns: number;
}

/** One dispatch, as the provider sees it and as the call knows it. */
export interface Dispatch {
  readonly call: SimulatedCall;
  readonly candidate: Candidate<RoutableTarget>;
  readonly pass: Pass;
  readonly force: boolean;
  readonly n: number;
}

export type CallEnd = { readonly kind: 'delivered' } | Extract<Step<RoutableTarget>, { kind: 'give-up' }>;

/** Where a call plays, and who watches. */
export interface Stage {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly targets: readonly RoutableTarget[];
  readonly strategy: RoutingStrategy;
  readonly limits: Omit<AttemptLimits, 'deadlineAtMs'> & { readonly deadlineMs: number };
  /** The provider's answer; it hears of the request at once. */
  readonly send: (dispatch: Dispatch) => Reply;
  readonly heard: (dispatch: Dispatch, failure: Failure | undefined) => void;
  readonly proved: (dispatch: Dispatch) => void;
  readonly ended: (call: SimulatedCall, end: CallEnd) => void;
}

type CallStep = Extract<Step<RoutableTarget>, { kind: 'call' }>;

const SIZE = { inputTokens: INPUT_TOKENS, outputCap: 4_096 };
const BEHIND_OTHERS_MS = 5;

/** One call from its start to its end, told as the pipeline tells it, in virtual time. */
export class SimulatedCall {
  readonly bornMs: number;
  readonly deadlineAtMs: number;
  attempts = 0;
  /** Groups that would have cost more than there was. */
  skipped = 0;
  private state: AttemptState<RoutableTarget>;
  private turn: LineTurn | undefined;

  constructor(
    private readonly stage: Stage,
    readonly replica: Replica,
  ) {
    const { time, limits, random, strategy, targets } = stage;
    this.bornMs = time.nowMs;
    this.deadlineAtMs = time.nowMs + limits.deadlineMs;
    const { gates } = replica;
    const plan = planRoute({
      strategy,
      targets,
      look: (place) => gates.look(place, SIZE, time.nowMs),
      of: (target) => bestSignals(target, gates, time.nowMs),
      random,
      turn: replica.turns++,
    });
    this.state = beginAttempts(plan, { ...limits, deadlineAtMs: this.deadlineAtMs }, random);
  }

  /** Goes on until something has to be waited for. */
  go(): void {
    const { stage, replica } = this;
    while (replica.isAlive) {
      const step = nextStep(this.state, stage.time.nowMs);
      if (step.kind === 'give-up') return this.end(step);
      if (step.kind === 'wait') return this.wait(step);
      if (this.call(step)) return;
    }
  }

  private end(end: CallEnd): void {
    this.endTurn();
    this.stage.ended(this, end);
  }

  private endTurn(notBeforeMs?: number): void {
    this.turn?.over(notBeforeMs);
    this.turn = undefined;
  }

  private wait({ ms, because, candidate }: Extract<Step<RoutableTarget>, { kind: 'wait' }>): void {
    const { time } = this.stage;
    if (because === 'backoff') return time.after(ms, () => this.go());
    const sinceMs = time.nowMs;
    this.endTurn(sinceMs + ms);
    const limitMs = this.state.limits.maxQueueWaitMs - this.state.waitedMs;
    this.replica.lines.join(lineOf(candidate), sinceMs + ms, limitMs, (turn) => {
      this.turn = turn;
      this.state = afterWait(this.state, turn ? time.nowMs - sinceMs : Infinity);
      this.go();
    });
  }

  /** True: the answer has to be waited for. */
  private call(step: CallStep): boolean {
    const { stage, replica, state } = this;
    const { candidate, force } = step;
    const { nowMs } = stage.time;
    if (!this.isAffordable(candidate)) return false;
    const line = lineOf(candidate);
    if (this.turn?.line !== line && replica.lines.isTaken(line)) {
      this.state = afterClosed(state, candidate, nowMs + BEHIND_OTHERS_MS);
      return false;
    }
    const pass = replica.gates.enter(placeOf(candidate), SIZE, force, nowMs);
    if (!(pass instanceof Promise)) return this.enter(step, pass);
    void pass.then((found) => {
      if (replica.isAlive && !this.enter(step, found)) this.go();
    });
    return true;
  }

  /** Every attempt but the first is charged to the group that it goes to. */
  private isAffordable(candidate: Candidate<RoutableTarget>): boolean {
    const { stage, replica, state } = this;
    const group = candidate.credential.quotaGroup;
    if (state.made === 0 || replica.retries.affords(group, stage.time.nowMs)) return true;
    this.skipped++;
    this.state = skipGroup(state, candidate);
    return false;
  }

  /** The gate has answered. True: the provider's answer has to be waited for. */
  private enter({ candidate, force, n }: CallStep, pass: Pass | Closed): boolean {
    const { stage, replica } = this;
    const { nowMs } = stage.time;
    if (pass.kind === 'closed') {
      this.state = afterClosed(this.state, candidate, pass.untilMs);
      return false;
    }
    this.endTurn();
    if (nowMs >= this.deadlineAtMs || !this.isAffordable(candidate)) {
      replica.gates.ended(pass, { kind: 'gone', reached: false }, nowMs);
      return false;
    }
    if (this.state.made > 0) replica.retries.spend(candidate.credential.quotaGroup, nowMs);
    this.attempts++;
    this.dispatch({ call: this, candidate, pass, force, n });
    return true;
  }

  private dispatch(dispatch: Dispatch): void {
    const { stage, replica } = this;
    const { gates } = replica;
    const { time } = stage;
    const reply = stage.send(dispatch);
    time.after(reply.firstMs, () => {
      if (!replica.isAlive) return stage.heard(dispatch, undefined);
      if (reply.readings) gates.read(dispatch.pass, reply.readings, time.nowMs);
      if (reply.failed) return this.failed(dispatch, reply);
      gates.proved(dispatch.pass, time.nowMs);
      stage.proved(dispatch);
      time.after(reply.wholeMs - reply.firstMs, () => this.delivered(dispatch, reply));
    });
  }

  private failed(dispatch: Dispatch, { failed, waitMs }: Reply): void {
    const { stage, replica } = this;
    const { nowMs } = stage.time;
    if (!failed) return;
    const failure: Failure =
      waitMs === undefined ? failed : { ...failed, provenance: 'authoritative', wakeAtMs: nowMs + waitMs };
    replica.gates.ended(dispatch.pass, { kind: 'failed', failure, reached: true }, nowMs);
    stage.heard(dispatch, failure);
    this.state = afterFailure(this.state, dispatch.candidate, failure, nowMs);
    this.go();
  }

  private delivered(dispatch: Dispatch, { outputTokens = MEAN_OUTPUT_TOKENS }: Reply): void {
    const { stage, replica } = this;
    const { nowMs } = stage.time;
    stage.heard(dispatch, undefined);
    if (!replica.isAlive) return;
    const used = { inputTokens: INPUT_TOKENS, outputTokens };
    replica.gates.ended(dispatch.pass, { kind: 'succeeded', used }, nowMs);
    replica.retries.credit(dispatch.candidate.credential.quotaGroup, nowMs);
    this.end({ kind: 'delivered' });
  }
}

const lineOf = ({ target, credential }: Candidate<RoutableTarget>): string =>
  `${credential.quotaGroup}\n${target.model}`;

/** A target is as good as the best of its credentials. */
function bestSignals(target: RoutableTarget, gates: TargetGates, nowMs: number): TargetSignals {
  const all = placesOf([target]).map((place) => gates.signals(place, nowMs));
  return {
    inFlight: Math.min(...all.map(({ inFlight }) => inFlight)),
    penalty: Math.min(...all.map(({ penalty }) => penalty)),
  };
}
