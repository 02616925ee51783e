import type { Timeouts } from '../domain/target';
import type { TransportFailure, UpstreamCall, UpstreamRequest, UpstreamSink } from '../domain/upstream';
import { headerName } from './header-name';
import { SentBody } from './sent-body';
import { describeTransportError } from './transport-error';

/** The timer looks this many times per longest gap: so much later than stated is a silence noticed, at most. */
const LOOKS_PER_GAP = 16;

type Phase = 'connect' | 'head' | 'body' | 'over';

/**
 * One HTTP exchange: undici's callbacks on one side, the sink on the other. Written against the raw handler methods
 * (headers as buffers, no objects per chunk): the wrapped form costs a header object and a closure per request.
 */
export class UndiciExchange implements UpstreamCall {
  private phase: Phase = 'connect';
  private paused = false;
  private abortSocket: ((error?: Error) => void) | undefined;
  private resumeSocket: (() => void) | undefined;
  /** Set by every chunk, read by the timer: a clock asked per chunk costs more than all else that is done with it. */
  private heard = false;
  private lastByteAtMs: number;
  private readonly startedAtMs: number;
  private timer: NodeJS.Timeout | undefined;
  private readonly timeouts: Timeouts;
  /** The body, where it goes up while it still comes in. */
  private readonly sent: SentBody | undefined;

  constructor(
    private readonly request: UpstreamRequest,
    private readonly sink: UpstreamSink,
  ) {
    this.timeouts = request.provider.timeouts;
    this.startedAtMs = performance.now();
    this.lastByteAtMs = this.startedAtMs;
    const { body } = request;
    this.sent =
      body === null || Buffer.isBuffer(body) ? undefined : new SentBody(body, () => performance.now());
    // Never longer than until the next look: then the first byte needs no timer of its own.
    this.arm(Math.min(this.timeouts.firstByteMs, this.totalMs()));
  }

  /** What undici sends. */
  get body(): Buffer | AsyncIterable<Buffer> | null {
    return this.sent ?? (this.request.body as Buffer | null);
  }

  onConnect(abort: (error?: Error) => void): void {
    if (this.phase === 'over') return abort(new Error('aborted'));
    this.abortSocket = abort;
    this.phase = 'head';
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (this.phase === 'over' || status < 200) return true;
    this.resumeSocket = resume;
    const headers = new Array<string>(raw.length);
    for (let i = 0; i < raw.length; i += 2) {
      headers[i] = headerName(raw[i] as Buffer);
      headers[i + 1] = (raw[i + 1] as Buffer).toString('latin1');
    }
    this.sink.onHead(status, headers);
    return !this.paused;
  }

  onData(chunk: Buffer): boolean {
    if (this.phase === 'over') return true;
    this.heard = true;
    // The first byte: from here on gaps are watched instead.
    this.phase = 'body';
    this.sink.onChunk(chunk);
    return !this.paused;
  }

  onComplete(): void {
    if (this.phase === 'over') return;
    this.finish();
    this.sink.onEnd();
  }

  onError(error: Error): void {
    if (this.sent?.failure)
      return this.fail({ phase: 'head', reason: 'request_broken', message: 'the request broke off' });
    this.fail(describeTransportError(error, this.phase === 'over' ? 'body' : this.phase));
  }

  /** Nobody asked for one. */
  onUpgrade(): void {
    this.expire('protocol_error', 'an upgrade that nobody asked for');
  }

  /** The dispatch itself threw (a header that HTTP does not allow): reported like any failure, in a later turn. */
  failBeforeDispatch(error: unknown): void {
    queueMicrotask(() =>
      this.fail({
        phase: 'connect',
        reason: 'protocol_error',
        message: error instanceof Error ? error.message : 'dispatch failed',
      }),
    );
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    // Time spent waiting for a slow client is not the provider's silence.
    this.lastByteAtMs = performance.now();
    this.resumeSocket?.();
  }

  abort(): void {
    if (this.phase === 'over') return;
    this.finish();
    this.abortSocket?.(new Error('aborted'));
  }

  private fail(failure: TransportFailure): void {
    if (this.phase === 'over') return;
    this.finish();
    this.sink.onError(failure);
  }

  private finish(): void {
    this.phase = 'over';
    this.sent?.end();
    clearTimeout(this.timer);
  }

  private totalMs(): number {
    return Math.min(this.timeouts.totalMs, this.request.deadlineMs);
  }

  private arm(ms: number): void {
    const untilNextLook = Math.min(ms, this.timeouts.idleMs / LOOKS_PER_GAP);
    this.timer = setTimeout(() => this.checkTime(), Math.max(1, Math.ceil(untilNextLook)));
  }

  /** Since when the first byte of the answer is due: not before the whole request was taken. */
  private waitingSinceMs(now: number): number {
    return this.sent ? (this.sent.silentSinceMs ?? now) : this.startedAtMs;
  }

  /** One timer per exchange looks at what happened since, instead of being set anew on every chunk. */
  private checkTime(): void {
    if (this.phase === 'over') return;
    const now = performance.now();
    const total = this.totalMs() - (now - this.startedAtMs);
    if (total <= 0) {
      const reason = this.request.deadlineMs <= this.timeouts.totalMs ? 'deadline' : 'total_timeout';
      return this.expire(reason, `no end within ${this.totalMs()} ms`);
    }
    if (this.phase !== 'body') {
      const left = this.timeouts.firstByteMs - (now - this.waitingSinceMs(now));
      if (left <= 0)
        return this.expire('first_byte_timeout', `no first byte within ${this.timeouts.firstByteMs} ms`);
      return this.arm(Math.min(left, total));
    }
    if (this.heard) this.lastByteAtMs = now;
    this.heard = false;
    const idle = this.paused ? this.timeouts.idleMs : this.timeouts.idleMs - (now - this.lastByteAtMs);
    if (idle <= 0) return this.expire('idle_timeout', `no byte for ${this.timeouts.idleMs} ms`);
    this.arm(Math.min(idle, total));
  }

  private expire(reason: TransportFailure['reason'], message: string): void {
    const phase = this.phase === 'over' ? 'body' : this.phase;
    const abortSocket = this.abortSocket;
    this.fail({ phase, reason, message });
    abortSocket?.(new Error(reason));
  }
}
