import type { SseEvent } from './sse';
import { MAX_SSE_EVENT_BYTES, refuseOversizedEvent, type EventReader } from './sse-parser';

const LF = 0x0a;

/** One JSON value per line. Lines are cut as bytes and decoded whole: a chunk border inside a character does no harm. */
class JsonLineReader implements EventReader {
  private held: Buffer[] = [];
  private size = 0;

  push(chunk: Buffer): SseEvent[] {
    const events: SseEvent[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      this.hold(chunk.subarray(from, end));
      this.takeLine(events);
      from = end + 1;
    }
    if (from < chunk.length) this.hold(chunk.subarray(from));
    return events;
  }

  end(): SseEvent[] {
    const events: SseEvent[] = [];
    this.takeLine(events);
    return events;
  }

  private hold(piece: Buffer): void {
    this.size += piece.length;
    if (this.size > MAX_SSE_EVENT_BYTES) refuseOversizedEvent();
    this.held.push(piece);
  }

  private takeLine(events: SseEvent[]): void {
    const [only] = this.held;
    const bytes = this.held.length === 1 && only ? only : Buffer.concat(this.held);
    this.held = [];
    this.size = 0;
    const data = bytes.toString('utf8').trim();
    if (data !== '') events.push({ data });
  }
}

/** One reader per stream of `application/x-ndjson`. Blank lines say nothing. */
export const createJsonLineReader = (): EventReader => new JsonLineReader();
