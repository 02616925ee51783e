import type { AttemptSummary } from '@turnpike/kernel';
import type { StreamPlace } from '@turnpike/dialects';
import type { CallContext } from './call-context';
import { asGatewayError, errorView, renderErrorReply } from './error-reply';
import type { Keeper, StreamKeepers } from './ports';
import { buildResponseHeaders, STREAM_HEADERS, type HeadFacts } from './response-headers';

/** Silence after which a stream gets a keep-alive; also the longest a head is held back. */
const KEEP_ALIVE_MS = 15_000;

/** Who feeds the client at the moment: told to wait and to go on. */
export interface Feeder {
  pause(): void;
  resume(): void;
}

/**
 * The client's side of one call: one head, then bytes, then exactly one end. Knows nothing of attempts; whoever runs
 * them decides what is written and when failover is over.
 */
export class Delivery implements Keeper {
  place = -1;
  headSent = false;
  ended = false;
  /** Status that the client was sent; 499 while there was none and it has left. */
  status = 499;
  feeder: Feeder | undefined;
  /** Bytes without events are under way: an error can only be told by breaking off. */
  private raw = false;
  private lastWriteAtMs: number;
  /** Dialects that number their events: what left decides what a keep-alive or a late error says. */
  private readonly streamPlace: StreamPlace | undefined;

  constructor(
    private readonly call: CallContext,
    private readonly keepers: StreamKeepers,
    /** What is known of the call when a keep-alive forces the head out. */
    private readonly facts: () => HeadFacts,
    stream: boolean,
  ) {
    this.lastWriteAtMs = call.receivedAtMs;
    this.streamPlace = stream ? call.dialect.createStreamPlace?.() : undefined;
    if (stream && call.dialect.keepAlive !== undefined) keepers.add(this);
    call.reply.onDrain = () => this.feeder?.resume();
  }

  get gone(): boolean {
    return this.call.reply.gone;
  }

  /** `contentType`: where the answer is something else than server-sent events of the dialect. */
  beginStream(contentType?: string): void {
    if (this.headSent || this.gone) return;
    this.raw = contentType !== undefined && !contentType.startsWith('text/event-stream');
    const own = contentType === undefined ? STREAM_HEADERS : ['content-type', contentType];
    this.head(200, [...own, ...buildResponseHeaders(this.call, this.facts())]);
  }

  write(chunk: Buffer | string, nowMs: number): void {
    if (this.ended || this.gone) return;
    this.send(this.streamPlace ? this.streamPlace.pass(chunk) : chunk, nowMs);
  }

  endStream(): void {
    this.close();
    if (!this.gone) this.call.reply.end();
  }

  whole(body: Buffer | string, facts: HeadFacts, contentType = 'application/json'): void {
    if (this.gone) return this.close();
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    this.head(200, [
      'content-type',
      contentType,
      'content-length',
      String(length),
      ...buildResponseHeaders(this.call, facts),
    ]);
    this.close();
    this.call.reply.end(body);
  }

  /** Ends the call with an error: a status and a body, or the dialect's error event when the head is out. */
  fail(thrown: unknown, facts: HeadFacts, attempts: readonly AttemptSummary[]): void {
    if (this.ended) return;
    if (this.gone) return this.close();
    if (this.headSent && this.raw) {
      this.close();
      return this.call.reply.cut();
    }
    if (this.headSent) {
      const view = errorView(asGatewayError(thrown), this.call, attempts);
      const event = this.streamPlace?.errorEvent(view) ?? this.call.dialect.renderErrorEvent(view);
      this.close();
      this.call.reply.end(event);
      return;
    }
    const reply = renderErrorReply(thrown, this.call, attempts);
    const headers = [
      'content-type',
      'application/json',
      'content-length',
      String(Buffer.byteLength(reply.body)),
      ...reply.headers,
    ];
    this.head(reply.status, [...headers, ...buildResponseHeaders(this.call, facts)]);
    this.close();
    this.call.reply.end(reply.body);
  }

  tick(nowMs: number): void {
    const { keepAlive } = this.call.dialect;
    if (this.ended || this.gone || keepAlive === undefined || nowMs - this.lastWriteAtMs < KEEP_ALIVE_MS)
      return;
    this.beginStream();
    this.send(this.streamPlace?.keepAlive() ?? keepAlive, nowMs);
  }

  private send(chunk: Buffer | string, nowMs: number): void {
    this.lastWriteAtMs = nowMs;
    if (!this.call.reply.write(chunk)) this.feeder?.pause();
  }

  /** The client left or everything is said: nothing is written any more. */
  close(): void {
    this.ended = true;
    this.feeder = undefined;
    this.keepers.remove(this);
  }

  private head(status: number, headers: readonly string[]): void {
    this.headSent = true;
    this.status = status;
    this.call.reply.head(status, headers);
  }
}
