import type { AttemptEntry, CallState, DroppedTarget } from '@turnpike/billing';
import type { AttemptSummary, Json, PicoUsd } from '@turnpike/kernel';
import type { Route } from '@turnpike/provider';
import type { Interruptible } from './active-calls';
import type { Attempt, AttemptOutcome } from './attempt';
import { attemptEntry } from './attempt-entry';
import type { CallContext } from './call-context';
import { Delivery } from './delivery';
import type { FailedAt } from './failure-error';
import type { Asked } from './operations/asked';
import { movesSession, SESSION_MOVED, type Session } from './place-session';
import type { GatewaySnapshot, PipelineDeps } from './ports';
import type { TargetLosses } from './refuse-losses';
import type { HeadFacts } from './response-headers';
import { settleAttempt, type SettledAttempt } from './settle-attempt';

/** State of one call under way: what was tried, what it cost, what the client has seen. */
export class CallRun implements Interruptible {
  place = -1;
  readonly snapshot: GatewaySnapshot;
  readonly delivery: Delivery;
  readonly entries: AttemptEntry[] = [];
  readonly summaries: AttemptSummary[] = [];
  readonly failures: FailedAt[] = [];
  readonly dropped: DroppedTarget[] = [];
  /** Said to the client and kept in the ledger, each once. */
  readonly warnings: string[] = [];
  /** Credentials whose token was fetched anew in this call. */
  readonly renewed: string[] = [];
  /** What targets of a strict alias could not carry. */
  readonly strictLosses: TargetLosses[] = [];
  route: Route | undefined;
  /** Credential that alone may be asked at the moment. */
  pin: string | undefined;
  /** The session of this call on the route that is asked at the moment. */
  session: Session | undefined;
  /** The conversation that the request goes on from, with the answer that it names. */
  before: Json[] | undefined;
  /** The attempt whose answer is whole, also where the client did not wait for what comes after its end. */
  answered: Attempt | undefined;
  state: CallState = 'refused';
  reason: string | undefined;
  stopping = false;
  costPicoUsd = 0n;
  firstContentAtMs: number | undefined;
  upstreamMs = 0;
  /** Attempts begun so far: the number of the latest. */
  begun = 0;
  /** The attempt whose answer the client gets. */
  private serving: Attempt | undefined;
  /** One, and a hedge beside it at most. */
  private readonly underway: Attempt[] = [];
  /** Since when upstream is working without a pause. */
  private busySinceMs = 0;
  private drainTimer: NodeJS.Timeout | undefined;
  private wake: (() => void) | undefined;
  private estimate: number | undefined;
  /** A whole answer is priced before its head is written: the attempt is booked at the same figures. */
  private settledEarly: { readonly of: Attempt; readonly as: SettledAttempt } | undefined;

  constructor(
    readonly call: CallContext,
    readonly body: Asked | undefined,
    readonly deps: PipelineDeps,
  ) {
    this.snapshot = deps.snapshot();
    this.delivery = new Delivery(call, deps.keepers, () => this.facts(), body?.stream ?? false);
    call.reply.onGone = () => this.clientLeft();
    deps.active.add(this);
  }

  get deadlineAtMs(): number {
    return this.call.receivedAtMs + this.snapshot.policy.deadlineMs;
  }

  /** The client left, or the process must end: no further attempt starts. */
  get over(): boolean {
    return this.stopping || this.delivery.gone;
  }

  warn(warning: string): void {
    if (!this.warnings.includes(warning)) this.warnings.push(warning);
  }

  get inputEstimate(): number {
    if (this.estimate === undefined) this.estimate = this.body?.estimateInput() ?? 0;
    return this.estimate;
  }

  /** More goes upstream than the client has sent: that is what is measured from now on. */
  measureBy(sent: Asked): void {
    this.estimate = sent.estimateInput();
  }

  facts(costPicoUsd?: PicoUsd): HeadFacts {
    const current = this.serving ?? this.underway[0];
    const serving = current?.setting ?? this.last;
    const losses = serving?.prepared.losses ?? [];
    const moves = current !== undefined && movesSession(this.session, current.setting);
    return {
      attempts: this.begun,
      alias: this.route?.alias,
      target: serving?.target,
      lane: serving?.prepared.lane,
      warnings: moves ? [SESSION_MOVED, ...losses] : losses,
      costPicoUsd,
    };
  }

  private last: Attempt['setting'] | undefined;

  /** Somebody is asked and has said nothing; what is held back until an answer is whole counts as said. */
  get isSilent(): boolean {
    return (
      !this.over &&
      this.underway.length > 0 &&
      this.underway.every((attempt) => attempt !== this.serving && !attempt.answer?.progress.content)
    );
  }

  /** Runs one attempt to its outcome and books it. */
  async attempt(attempt: Attempt): Promise<AttemptOutcome> {
    if (this.underway.length === 0) this.busySinceMs = attempt.startedAtMs;
    this.underway.push(attempt);
    const outcome = await attempt.run();
    this.ended(attempt, outcome);
    return outcome;
  }

  /** An answer begins: whoever else is asked has lost. It is booked at once, as a head may be about to state the cost. */
  serve(winner: Attempt): void {
    this.serving = winner;
    this.delivery.feeder = winner;
    if (this.underway.length > 1) this.dismiss(winner, 'lost');
  }

  private ended(attempt: Attempt, outcome: AttemptOutcome): void {
    const at = this.underway.indexOf(attempt);
    // One that lost was booked when it did.
    if (at < 0) return;
    this.underway.splice(at, 1);
    if (this.serving === attempt) this.serving = undefined;
    this.last = attempt.setting;
    if (isWhole(attempt, outcome)) this.answered = attempt;
    this.book(attempt, outcome);
    if (outcome.kind === 'gone' && this.underway.length > 0) this.dismiss(attempt, 'gone');
  }

  /** Everybody but this one is told to stop. */
  private dismiss(but: Attempt, kind: 'gone' | 'lost'): void {
    for (const other of this.underway.filter((each) => each !== but)) {
      if (other.abandon(kind)) this.ended(other, { kind });
    }
  }

  /** A whole answer is complete: its price stands in the head, so it is settled before the head is written. */
  deliverWhole(attempt: Attempt, body: Buffer | string): void {
    const settled = this.settle(attempt, 'delivered');
    this.settledEarly = { of: attempt, as: settled };
    const facts = this.facts(this.costPicoUsd + settled.costPicoUsd);
    this.delivery.whole(body, facts, attempt.answer?.contentType);
  }

  fail(error: unknown): void {
    this.delivery.fail(error, this.facts(), this.summaries);
  }

  /** Waits, at most `ms`; ends early when the client leaves. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** What is waited for; `cancel` ends it early when the client leaves. */
  async awaiting<T>(what: Promise<T>, cancel: () => void): Promise<T> {
    this.wake = cancel;
    const found = await what;
    this.wake = undefined;
    return found;
  }

  interrupt(): void {
    this.stopping = true;
    this.abandonAll();
    this.wake?.();
  }

  finish(): void {
    clearTimeout(this.drainTimer);
    this.delivery.close();
    this.deps.active.remove(this);
  }

  /** A nearly finished answer is still read, so that it can be measured; then upstream is told to stop. */
  private clientLeft(): void {
    this.wake?.();
    if (this.underway.length === 0) return;
    const { drainMs } = this.snapshot.policy;
    if (drainMs <= 0) return this.abandonAll();
    for (const attempt of this.underway) attempt.resume();
    this.drainTimer = setTimeout(() => this.abandonAll(), drainMs);
  }

  private abandonAll(): void {
    for (const attempt of this.underway) attempt.abandon();
  }

  private settle(attempt: Attempt, end: AttemptOutcome['kind']): SettledAttempt {
    const { target } = attempt.setting;
    const evidence = {
      target,
      startedAtMs: attempt.startedAtMs,
      progress: attempt.answer?.progress,
      end,
      status: attempt.status,
      inputEstimate: this.inputEstimate,
    };
    return settleAttempt(evidence, this.snapshot.prices);
  }

  /** In the order in which they began, whatever the order of their ends. */
  private enter(entry: AttemptEntry): void {
    const { entries } = this;
    const last = entries[entries.length - 1];
    entries.push(entry);
    if (last && last.n > entry.n) entries.sort((a, b) => a.n - b.n);
  }

  private book(attempt: Attempt, outcome: AttemptOutcome): void {
    const { target, credential, prepared } = attempt.setting;
    const early = this.settledEarly;
    const settled = early?.of === attempt ? early.as : this.settle(attempt, outcome.kind);
    const endedAtMs = this.deps.clock();
    this.costPicoUsd += settled.costPicoUsd;
    if (this.underway.length === 0) this.upstreamMs += endedAtMs - this.busySinceMs;
    this.firstContentAtMs ??= attempt.contentAtMs;
    for (const loss of prepared.losses) this.warn(loss);
    this.enter(attemptEntry(attempt, { outcome, settled, endedAtMs, isClientGone: this.delivery.gone }));
    if (outcome.kind !== 'failed' && outcome.kind !== 'broken') return;
    const { failure } = outcome;
    this.failures.push({ target, credential, failure });
    this.summaries.push({
      provider: target.provider.name,
      credential: credential.name,
      model: target.model,
      status: attempt.status,
      reason: failure.reason,
      ms: Math.round(endedAtMs - attempt.startedAtMs),
    });
  }
}

const isWhole = ({ answer }: Attempt, { kind }: AttemptOutcome): boolean =>
  kind === 'delivered' || (kind === 'gone' && answer?.progress.finished === true && !answer.progress.error);
