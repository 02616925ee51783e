import {
  classifyFailure,
  hideSecrets,
  secretsOf,
  type Credential,
  type FailureEvidence,
  type Target,
  type TransportFailure,
  type UpstreamCall,
  type UpstreamSink,
} from '@turnpike/provider';
import { DIALECTS } from '@turnpike/dialects';
import { GatewayError, uuidv7 } from '@turnpike/kernel';
import type { Failure } from '@turnpike/protocol';
import { isEmptyAnswer, isRefusal, type Answer } from './answers/answer';
import { exchangeAuthorized } from './authorized-exchange';
import { exchangeSeries } from './exchange-series';
import type { CallContext } from './call-context';
import type { Delivery, Feeder } from './delivery';
import { Evidence } from './evidence';
import type { Asked } from './operations/asked';
import { unreadable, withheld } from './own-failures';
import type { PipelineDeps } from './ports';
import type { PreparedCall } from './prepare-call';

/** Held back until the commit point at most; an answer that says nothing in so many bytes says nothing at all. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

export type AttemptOutcome =
  | { readonly kind: 'delivered' }
  /** Nothing content-bearing was delivered: another target may be tried. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** The client has seen content: it gets an error event and nothing else. */
  | { readonly kind: 'broken'; readonly failure: Failure }
  | { readonly kind: 'gone' }
  /** Another attempt of the same call has begun to answer: this one was told to stop. */
  | { readonly kind: 'lost' };

export interface AttemptSetting {
  readonly call: CallContext;
  readonly body: Asked;
  readonly delivery: Delivery;
  readonly deps: PipelineDeps;
  readonly target: Target;
  readonly credential: Credential;
  readonly prepared: PreparedCall;
  readonly n: number;
  readonly deadlineAtMs: number;
  readonly inputEstimate: number;
  /** Another alias is there for answers that a filter withheld. */
  readonly divertsRefusals: boolean;
  /** A whole answer is complete: writes head and body, with its price. */
  readonly deliverWhole: (attempt: Attempt, body: Buffer | string) => void;
  /** The upstream's headers, of every answer; a flat list. */
  readonly onHead: (headers: readonly string[], nowMs: number) => void;
  /** The answer says something, and nothing of it was written yet: from here on it serves the call. */
  readonly onContent: (nowMs: number) => void;
}

const isOk = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

/** Flat lists of names and values are looked at as they are; only a failure's evidence is worth a record. */
function contentTypeOf(headers: readonly string[]): string {
  for (let i = 0; i + 1 < headers.length; i += 2)
    if (headers[i] === 'content-type') return headers[i + 1] ?? '';
  return '';
}

function recordOf(headers: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let i = 0; i + 1 < headers.length; i += 2) record[headers[i] ?? ''] = headers[i + 1] ?? '';
  return record;
}

/** One upstream exchange from dispatch to its outcome. Output is held until the first content-bearing event. */
export class Attempt implements UpstreamSink, Feeder {
  readonly id = uuidv7();
  readonly startedAtMs: number;
  status: number | null = null;
  firstByteAtMs: number | undefined;
  contentAtMs: number | undefined;
  answer: Answer | undefined;
  private headers: readonly string[] = [];
  private evidence = new Evidence();
  private heldBytes = 0;
  private committed = false;
  private exchange: UpstreamCall | undefined;
  private settle: ((outcome: AttemptOutcome) => void) | undefined;

  constructor(readonly setting: AttemptSetting) {
    this.startedAtMs = setting.deps.clock();
  }

  run(): Promise<AttemptOutcome> {
    const { target, credential, prepared, deadlineAtMs, deps, delivery } = this.setting;
    return new Promise((resolve) => {
      this.settle = resolve;
      // Beside another attempt nobody feeds the client before one of them has something to say.
      delivery.feeder ??= this;
      const request = {
        provider: target.provider,
        credential,
        method: 'POST',
        path: prepared.path,
        headers: prepared.headers,
        body: prepared.body,
        deadlineMs: deadlineAtMs - this.startedAtMs,
        wanted: () => !delivery.gone,
      } as const;
      this.exchange = prepared.bodies
        ? exchangeSeries(deps, { ...request, bodies: prepared.bodies }, this)
        : exchangeAuthorized(deps, request, this);
    });
  }

  pause(): void {
    this.exchange?.pause();
  }

  resume(): void {
    this.exchange?.resume();
  }

  /**
   * Stops reading: the client left and its drain time is over, the process must end, or another attempt serves. False:
   * it had come to its own end.
   */
  abandon(kind: 'gone' | 'lost' = 'gone'): boolean {
    if (this.settle === undefined) return false;
    this.exchange?.abort();
    this.finish({ kind });
    // What is left of the answer is read for its price: nothing in it changes how the attempt ended.
    this.endAnswer('aborted');
    return true;
  }

  onHead(status: number, headers: readonly string[]): void {
    if (this.settle === undefined) return;
    this.status = status;
    this.headers = headers;
    this.setting.onHead(headers, this.setting.deps.clock());
    if (!isOk(status)) {
      // Of several exchanges one failed: only its own words are evidence.
      if (this.answer) this.evidence = new Evidence();
      return;
    }
    if (this.answer) return this.answer.readHead?.(headers);
    const { call, body, target, prepared, inputEstimate } = this.setting;
    const setting = {
      call,
      target,
      prepared,
      inputEstimate,
      attemptId: this.id,
      nowMs: this.startedAtMs,
      remembers: this.setting.deps.memory !== undefined,
    };
    this.guard(() => {
      this.answer = body.createAnswer(setting, contentTypeOf(headers));
      this.answer.readHead?.(headers);
    });
  }

  onChunk(chunk: Buffer): void {
    if (this.settle === undefined) return;
    this.firstByteAtMs ??= this.setting.deps.clock();
    if (!this.committed) this.hold(chunk);
    if (!this.answer || !isOk(this.status) || this.settle === undefined) return;
    try {
      this.answer.push(chunk);
      this.flush();
    } catch (error) {
      this.giveUp(error);
    }
  }

  onEnd(): void {
    if (this.settle !== undefined) this.guard(() => this.conclude());
  }

  onError(transport: TransportFailure): void {
    if (this.settle !== undefined) this.guard(() => this.breakOff(transport));
  }

  private conclude(): void {
    if (!this.answer || !isOk(this.status)) return this.fail({});
    this.endAnswer('complete');
    if (this.settle === undefined) return;
    const { progress } = this.answer;
    if (progress.error) return this.fail({ verdict: 'error_in_answer' });
    if (!progress.finished)
      return this.fail({ verdict: this.answer.live ? 'stream_cut' : 'malformed_answer' });
    if (!this.committed && isEmptyAnswer(progress)) return this.fail({ verdict: 'empty_answer' });
    if (!this.committed && this.setting.divertsRefusals && isRefusal(progress))
      return this.failWith(withheld(this.status));
    this.deliver();
  }

  private breakOff(transport: TransportFailure): void {
    if (this.answer) {
      this.endAnswer(
        transport.reason === 'idle_timeout' ? 'idle' : transport.reason === 'deadline' ? 'deadline' : 'cut',
      );
      const { progress, live } = this.answer;
      // The answer was over; only what comes after its end was lost.
      if (progress.finished && live && !progress.error && !isEmptyAnswer(progress)) return this.deliver();
    }
    this.fail({ transport });
  }

  private flush(): void {
    const { answer } = this;
    if (!answer || this.settle === undefined) return;
    const { progress } = answer;
    if (answer.live && (this.committed || (progress.content && !progress.error))) {
      const nowMs = this.setting.deps.clock();
      if (!this.committed) this.commit(nowMs);
      const ready = answer.take();
      if (ready !== undefined) this.setting.delivery.write(ready, nowMs);
    }
    if (!progress.error) return;
    this.exchange?.abort();
    this.fail({ verdict: 'error_in_answer' });
  }

  /** From here on no other target is tried. */
  private commit(nowMs: number): void {
    this.committed = true;
    this.contentAtMs = nowMs;
    this.setting.onContent(nowMs);
    this.evidence.drop();
    this.setting.delivery.beginStream(this.answer?.contentType);
  }

  private deliver(): void {
    const { delivery, deps, deliverWhole } = this.setting;
    // Read to its end for its price alone.
    if (delivery.gone) return this.finish({ kind: 'gone' });
    const ready = this.answer?.take();
    if (this.answer?.live) {
      if (!this.committed) this.commit(deps.clock());
      if (ready !== undefined) delivery.write(ready, deps.clock());
      delivery.endStream();
    } else {
      this.contentAtMs = deps.clock();
      this.setting.onContent(this.contentAtMs);
      deliverWhole(this, ready ?? '');
    }
    this.finish({ kind: 'delivered' });
  }

  private fail(cause: Pick<FailureEvidence, 'transport' | 'verdict'>): void {
    const { target, credential, deps } = this.setting;
    const failure = classifyFailure({
      definition: target.provider.definition,
      status: this.status,
      headers: recordOf(this.headers),
      body: this.failureText(),
      ...cause,
      nowMs: deps.clock(),
    });
    this.failWith(hideSecrets(failure, secretsOf(credential)));
  }

  /** The beginning of what came; the error as its wire was read where that is gone, or says it in ways of its own. */
  private failureText(): string {
    const error = this.answer?.progress.error;
    const kept = this.evidence.text();
    const isFrontDoor = Object.hasOwn(DIALECTS, this.setting.target.dialect);
    if (!error || (kept !== undefined && !this.committed && isFrontDoor)) return kept ?? '';
    return JSON.stringify({ error });
  }

  private failWith(failure: Failure): void {
    this.finish({ kind: this.committed ? 'broken' : 'failed', failure });
  }

  private finish(outcome: AttemptOutcome): void {
    const { settle } = this;
    const { delivery } = this.setting;
    this.settle = undefined;
    if (delivery.feeder === this) delivery.feeder = undefined;
    this.evidence.drop();
    settle?.(outcome);
  }

  private endAnswer(reason: 'complete' | 'cut' | 'idle' | 'deadline' | 'aborted'): void {
    this.guard(() => this.answer?.end(reason));
  }

  /** What throws in here would leave the call hanging, or end the process. */
  private guard(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.giveUp(error);
    }
  }

  /** An answer that cannot be read fails as malformed; unless it is just too large, the reader has a defect. */
  private giveUp(error: unknown): void {
    this.exchange?.abort();
    if (!(error instanceof GatewayError)) this.setting.deps.observer.defect(error);
    this.failWith(unreadable(this.status));
  }

  private hold(chunk: Buffer): void {
    this.heldBytes += chunk.length;
    this.evidence.keep(chunk);
    const enough = this.answer ? this.heldBytes > MAX_HELD_BYTES : this.evidence.full;
    if (!enough) return;
    this.exchange?.abort();
    this.fail(this.answer ? { verdict: 'malformed_answer' } : {});
  }
}
