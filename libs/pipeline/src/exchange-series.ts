import type { UpstreamCall, UpstreamSink, TransportFailure } from '@turnpike/provider';
import { exchangeAuthorized, type ExchangePorts, type ExchangeRequest } from './authorized-exchange';

/** Exchanges under way at a time: as many as a careful client would make. */
const AT_ONCE = 4;
/** All answers together; more is no answer to any question. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Several bodies for one path: what a vendor takes only piece by piece. */
export interface SeriesRequest extends Omit<ExchangeRequest, 'body'> {
  readonly bodies: readonly Buffer[];
}

interface Part {
  status: number;
  headers: readonly string[];
  readonly chunks: Buffer[];
  done: boolean;
}

/**
 * Makes several exchanges that together are one attempt. The sink hears a head and one chunk per answer, whole and
 * in the order of the bodies, and one end. When one of them fails, those that are complete are handed on first, because
 * they cost money, then the failure; the others are given up.
 */
class Series implements UpstreamCall {
  private readonly parts: readonly Part[];
  private readonly running = new Map<number, UpstreamCall>();
  private readonly beganAtMs = performance.now();
  private next = 0;
  private handed = 0;
  private over = false;
  private bytes = 0;

  constructor(
    private readonly ports: ExchangePorts,
    private readonly request: SeriesRequest,
    private readonly sink: UpstreamSink,
  ) {
    this.parts = request.bodies.map(() => ({ status: 0, headers: [], chunks: [], done: false }));
    while (this.next < Math.min(AT_ONCE, this.parts.length)) this.start(this.next++);
  }

  /** Whole answers are small: nobody is held up. */
  pause(): void {}

  resume(): void {}

  abort(): void {
    this.over = true;
    for (const call of this.running.values()) call.abort();
    this.running.clear();
  }

  private start(place: number): void {
    const part = this.parts[place];
    const body = this.request.bodies[place];
    if (!part || !body || this.over) return;
    const { deadlineMs, provider, credential, method, path, headers } = this.request;
    const left = deadlineMs - (performance.now() - this.beganAtMs);
    const call = exchangeAuthorized(
      this.ports,
      { provider, credential, method, path, headers, body, deadlineMs: left },
      {
        onHead: (status, headers) => Object.assign(part, { status, headers }),
        onChunk: (chunk) => this.heard(place, part, chunk),
        onEnd: () => this.ended(place, part),
        onError: (failure) => this.failed(place, failure),
      },
    );
    this.running.set(place, call);
  }

  private heard(place: number, part: Part, chunk: Buffer): void {
    part.chunks.push(chunk);
    this.bytes += chunk.length;
    if (this.bytes > MAX_BYTES)
      this.failed(place, { phase: 'body', reason: 'protocol_error', message: 'the answers are too large' });
  }

  private ended(place: number, part: Part): void {
    if (this.over) return;
    this.running.delete(place);
    if (part.status < 200 || part.status >= 300) return this.refused(part);
    part.done = true;
    if (this.next < this.parts.length) this.start(this.next++);
    this.handOn();
    if (this.handed < this.parts.length) return;
    this.over = true;
    this.sink.onEnd();
  }

  /** Answers leave in the order of their questions. */
  private handOn(): void {
    for (let part = this.parts[this.handed]; part?.done; part = this.parts[this.handed]) this.hand(part);
  }

  private hand(part: Part): void {
    this.handed++;
    this.sink.onHead(part.status, part.headers);
    this.sink.onChunk(Buffer.concat(part.chunks));
    part.chunks.length = 0;
  }

  /** What is complete beyond a gap has been paid for as well. */
  private handRest(): void {
    const handed = this.parts.slice(0, this.handed);
    for (const part of this.parts) if (part.done && !handed.includes(part)) this.hand(part);
  }

  private refused(part: Part): void {
    this.abort();
    this.handRest();
    this.sink.onHead(part.status, part.headers);
    this.sink.onChunk(Buffer.concat(part.chunks));
    this.sink.onEnd();
  }

  private failed(place: number, failure: TransportFailure): void {
    if (this.over) return;
    this.running.delete(place);
    this.abort();
    this.handRest();
    this.sink.onError(failure);
  }
}

export const exchangeSeries = (
  ports: ExchangePorts,
  request: SeriesRequest,
  sink: UpstreamSink,
): UpstreamCall => new Series(ports, request, sink);
