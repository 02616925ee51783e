import { StringDecoder } from 'node:string_decoder';
import { GatewayError } from '@turnpike/kernel';
import { MAX_SSE_EVENT_BYTES, type SseEvent, type SseParser } from '@turnpike/protocol';

const MARKS = /["{}[\]]/g;
const QUOTE_OR_ESCAPE = /["\\]/g;

/**
 * The array form of a stream, as servers send it that were not asked for events: each element is told as soon as it is
 * whole. Characters are looked at once.
 */
class JsonArrayReader implements SseParser {
  private readonly decoder = new StringDecoder('utf8');
  /** Pieces of the open element, from texts that came before. */
  private held: string[] = [];
  private heldLength = 0;
  private depth = 0;
  private inString = false;
  /** How much of the next text an escape has already spoken for. */
  private skip = 0;

  push(chunk: Buffer): SseEvent[] {
    return this.read(this.decoder.write(chunk));
  }

  end(): SseEvent[] {
    return this.read(this.decoder.end());
  }

  private read(text: string): SseEvent[] {
    const events: SseEvent[] = [];
    let start = this.depth > 0 ? 0 : -1;
    let at = Math.min(this.skip, text.length);
    this.skip -= at;
    while (at < text.length) {
      if (this.inString) {
        at = this.skipString(text, at);
        continue;
      }
      MARKS.lastIndex = at;
      const hit = MARKS.exec(text);
      if (!hit) break;
      at = hit.index + 1;
      const opened = this.depth;
      this.take(hit[0]);
      if (opened === 0 && this.depth === 1) start = hit.index;
      if (opened === 1 && this.depth === 0) {
        events.push({ data: [...this.held, text.slice(start, at)].join('') });
        this.held = [];
        this.heldLength = 0;
        start = -1;
      }
    }
    if (start >= 0) this.hold(text.slice(start));
    return events;
  }

  /** The outermost bracket is the stream's own: depth is counted from the brace of an element. */
  private take(mark: string): void {
    if (mark === '"') this.inString = true;
    else if (mark === '{' || (mark === '[' && this.depth > 0)) this.depth++;
    else if (mark !== '[' && this.depth > 0) this.depth--;
  }

  private skipString(text: string, from: number): number {
    QUOTE_OR_ESCAPE.lastIndex = from;
    const hit = QUOTE_OR_ESCAPE.exec(text);
    if (!hit) return text.length;
    if (hit[0] === '"') {
      this.inString = false;
      return hit.index + 1;
    }
    this.skip = Math.max(0, hit.index + 2 - text.length);
    return hit.index + 2;
  }

  private hold(piece: string): void {
    this.held.push(piece);
    this.heldLength += piece.length;
    if (this.heldLength > MAX_SSE_EVENT_BYTES)
      throw new GatewayError(
        'provider_stream_broken',
        'The provider sent a stream element of more than 16 MiB.',
      );
  }
}

/** One per stream: in place of the parser of events where the answer's type is JSON. */
export const createJsonArrayReader = (): SseParser => new JsonArrayReader();
