import type { AttemptEntry, CallState, DroppedTarget, WasteKind } from '@turnpike/billing';
import type { AttemptSummary, Json, PicoUsd } from '@turnpike/kernel';
import type { Route } from '@turnpike/provider';
import type { Interruptible } from './active-calls';
import type { Attempt, AttemptOutcome } from './attempt';
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
  readonly warnings = new Set<string>();
  /** Credentials whose token was fetched anew in this call. */
  readonly renewed = new Set<string>();
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
  private current: Attempt | undefined;
  private drainTimer: NodeJS.Timeout | undefined;
  private wake: (() => void) | undefined;
  private estimate: number | undefined;
  /** A whole answer is priced before its head is written: the attempt is booked at the same figures. */
  private settledEarly: SettledAttempt | undefined;

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

  get inputEstimate(): number {
    if (this.estimate === undefined) this.estimate = this.body?.estimateInput() ?? 0;
    return this.estimate;
  }

  /** More goes upstream than the client has sent: that is what is measured from now on. */
  measureBy(sent: Asked): void {
    this.estimate = sent.estimateInput();
  }

  facts(costPicoUsd?: PicoUsd): HeadFacts {
    const serving = this.current?.setting ?? this.last;
    const losses = serving?.prepared.losses ?? [];
    const moves = this.current !== undefined && movesSession(this.session, this.current.setting);
    return {
      attempts: this.entries.length + (this.current ? 1 : 0),
      alias: this.route?.alias,
      target: serving?.target,
      lane: serving?.prepared.lane,
      warnings: moves ? [SESSION_MOVED, ...losses] : losses,
      costPicoUsd,
    };
  }

  private last: Attempt['setting'] | undefined;

  /** Runs one attempt to its outcome and books it. */
  async attempt(attempt: Attempt): Promise<AttemptOutcome> {
    this.current = attempt;
    const outcome = await attempt.run();
    this.current = undefined;
    this.last = attempt.setting;
    if (isWhole(attempt, outcome)) this.answered = attempt;
    this.book(attempt, outcome);
    return outcome;
  }

  /** A whole answer is complete: its price stands in the head, so it is settled before the head is written. */
  deliverWhole(attempt: Attempt, body: Buffer | string): void {
    const settled = this.settle(attempt, 'delivered');
    this.settledEarly = settled;
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
    this.current?.abandon();
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
    const { current } = this;
    if (!current) return;
    current.resume();
    const { drainMs } = this.snapshot.policy;
    if (drainMs <= 0) current.abandon();
    else this.drainTimer = setTimeout(() => this.current?.abandon(), drainMs);
  }

  private settle(attempt: Attempt, end: 'delivered' | 'failed' | 'broken' | 'gone'): SettledAttempt {
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

  /** An attempt that this process ended is no abort of the client's. */
  private wasteOf(attempt: Attempt, kind: AttemptOutcome['kind']): WasteKind | undefined {
    if (kind !== 'gone' || this.delivery.gone) return WASTE[kind];
    return attempt.contentAtMs === undefined ? 'failed_attempt' : 'stream_broken';
  }

  private book(attempt: Attempt, outcome: AttemptOutcome): void {
    const { target, credential, prepared, n } = attempt.setting;
    const settled = this.settledEarly ?? this.settle(attempt, outcome.kind);
    this.settledEarly = undefined;
    const endedAtMs = this.deps.clock();
    const failure = outcome.kind === 'failed' || outcome.kind === 'broken' ? outcome.failure : undefined;
    const reason =
      failure?.reason ??
      (outcome.kind === 'gone' ? (this.delivery.gone ? 'client_disconnected' : 'interrupted') : undefined);
    this.costPicoUsd += settled.costPicoUsd;
    this.upstreamMs += endedAtMs - attempt.startedAtMs;
    this.firstContentAtMs ??= attempt.contentAtMs;
    for (const loss of prepared.losses) this.warnings.add(loss);
    const waste = this.wasteOf(attempt, outcome.kind);
    this.entries.push({
      id: attempt.id,
      n,
      provider: target.provider.name,
      credential: credential.name,
      quotaGroup: credential.quotaGroup,
      model: target.model,
      lane: prepared.lane,
      status: attempt.status,
      startedAtMs: attempt.startedAtMs,
      endedAtMs,
      firstByteAtMs: attempt.firstByteAtMs,
      state: settled.state,
      usage: settled.usage,
      lines: settled.lines,
      costPicoUsd: settled.costPicoUsd,
      unpriced: settled.unpriced,
      reason,
      failureClass: failure?.class,
      waste,
    });
    if (!failure) return;
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

const WASTE = {
  delivered: undefined,
  failed: 'failed_attempt',
  broken: 'stream_broken',
  gone: 'client_abort',
} as const satisfies Record<AttemptOutcome['kind'], WasteKind | undefined>;
