import { GatewayError } from '@turnpike/kernel';
import type { SseEvent } from './sse';

/** An upstream that sends more than this as one event is broken or hostile. */
export const MAX_SSE_EVENT_BYTES = 16 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/** Bytes of a streamed body to its events, whatever frames them (SSE, JSON lines, binary frames). */
export interface EventReader {
  /** @throws GatewayError provider_stream_broken when one event exceeds MAX_SSE_EVENT_BYTES. */
  push(chunk: Buffer): SseEvent[];
  /** At a clean end of body: an event that lacks its end mark counts. */
  end(): SseEvent[];
}

export type SseParser = EventReader;

export function refuseOversizedEvent(): never {
  throw new GatewayError('provider_stream_broken', 'The provider sent a stream event of more than 16 MiB.');
}

/**
 * Bytes to events: lines end with LF, CRLF or CR, data lines are joined, comments vanish. Lines are cut as bytes and
 * decoded whole, so that a chunk border inside a character does no harm.
 */
class LineParser implements SseParser {
  /** Pieces of a line whose end has not come yet. */
  private held: Buffer[] = [];
  private eventBytes = 0;
  private skipLf = false;
  private first = true;
  private name: string | undefined;
  private data: string | undefined;
  private out: SseEvent[] = [];

  push(chunk: Buffer): SseEvent[] {
    let from = 0;
    if (this.skipLf && chunk.length > 0) {
      this.skipLf = false;
      if (chunk[0] === LF) from = 1;
    }
    let cr = chunk.indexOf(CR, from);
    let lf = chunk.indexOf(LF, from);
    while (cr >= 0 || lf >= 0) {
      const end = cr < 0 || (lf >= 0 && lf < cr) ? lf : cr;
      this.takeLine(chunk, from, end);
      from = end + 1;
      if (end === cr) {
        if (chunk[from] === LF) from++;
        else if (from === chunk.length) this.skipLf = true;
        cr = chunk.indexOf(CR, from);
      }
      if (lf >= 0 && lf < from) lf = chunk.indexOf(LF, from);
    }
    if (from < chunk.length) this.hold(chunk.subarray(from));
    return this.take();
  }

  end(): SseEvent[] {
    if (this.held.length > 0) this.takeLine(Buffer.alloc(0), 0, 0);
    this.dispatch();
    return this.take();
  }

  private take(): SseEvent[] {
    const events = this.out;
    if (events.length > 0) this.out = [];
    return events;
  }

  private hold(piece: Buffer): void {
    this.count(piece.length);
    this.held.push(piece);
  }

  private count(bytes: number): void {
    this.eventBytes += bytes;
    if (this.eventBytes > MAX_SSE_EVENT_BYTES) refuseOversizedEvent();
  }

  private takeLine(chunk: Buffer, start: number, end: number): void {
    this.count(end - start);
    let line: string;
    if (this.held.length === 0) line = chunk.toString('utf8', start, end);
    else {
      line = Buffer.concat([...this.held, chunk.subarray(start, end)]).toString('utf8');
      this.held = [];
    }
    if (this.first) {
      this.first = false;
      if (line.startsWith('\uFEFF')) line = line.slice(1);
    }
    if (line === '') this.dispatch();
    else this.takeField(line);
  }

  private takeField(line: string): void {
    if (line.startsWith('data:')) {
      const value = line.slice(line.startsWith(' ', 5) ? 6 : 5);
      this.data = this.data === undefined ? value : `${this.data}\n${value}`;
    } else if (line.startsWith('event:')) {
      this.name = line.slice(line.startsWith(' ', 6) ? 7 : 6);
    }
  }

  private dispatch(): void {
    const { name, data } = this;
    this.eventBytes = 0;
    this.name = undefined;
    this.data = undefined;
    if (data) this.out.push(name ? { event: name, data } : { data });
  }
}

/** One parser per stream. */
export const createSseParser = (): SseParser => new LineParser();
