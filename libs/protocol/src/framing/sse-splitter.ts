import { MAX_SSE_EVENT_BYTES, refuseOversizedEvent } from './sse-parser';

const LF = 0x0a;
const CR = 0x0d;
const LF_LF = Buffer.from('\n\n');
const NOTHING = Buffer.alloc(0);

/** `bytes[start, end)` is one whole event, its blank line included. */
export type OnEvent = (bytes: Buffer, start: number, end: number) => void;

/**
 * Finds event borders in a stream that is passed on as it is. All events of one push lie in one buffer, one behind the
 * other: in the pushed chunk itself unless the beginning of an event was held, so `bytes.subarray(firstStart, lastEnd)`
 * is what can be written on at once. Returned bytes are never written to again.
 */
export class SseSplitter {
  /** Bytes behind the last border, in `store[0, length)`; the store grows by doubling, so a long event costs linear time. */
  private store = NOTHING;
  private length = 0;

  /** @throws GatewayError provider_stream_broken when one event exceeds MAX_SSE_EVENT_BYTES. */
  push(chunk: Buffer, onEvent: OnEvent): void {
    const searched = this.length;
    const bytes = searched === 0 ? chunk : this.append(chunk);
    const from = Math.max(0, searched - 3);
    // Looked for once per push: a search per event would read the rest of the chunk for each of them.
    const findBorder = bytes.indexOf(CR, from) < 0 ? findPlainBorder : findMixedBorder;
    let start = 0;
    let end = findBorder(bytes, from);
    while (end >= 0) {
      onEvent(bytes, start, end);
      start = end;
      end = findBorder(bytes, start);
    }
    if (start > 0 || searched === 0)
      this.store = start < bytes.length ? Buffer.from(bytes.subarray(start)) : NOTHING;
    this.length = bytes.length - start;
    if (this.length > MAX_SSE_EVENT_BYTES) refuseOversizedEvent();
  }

  /** What came behind the last border: half an event, or one whose blank line never came. */
  tail(): Buffer {
    return this.store.subarray(0, this.length);
  }

  private append(chunk: Buffer): Buffer {
    const needed = this.length + chunk.length;
    if (needed > this.store.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.store.length));
      this.store.copy(grown, 0, 0, this.length);
      this.store = grown;
    }
    chunk.copy(this.store, this.length);
    return this.store.subarray(0, needed);
  }
}

/** Position behind the next blank line, or -1, where no line ends with CR: two line feeds and nothing else. */
function findPlainBorder(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(LF_LF, from);
  return at < 0 ? -1 : at + 2;
}

/**
 * The same where lines may end with LF, CRLF or CR. A CRLF whose LF is still to come is not yet a blank line. Walked
 * byte by byte up to the border: a search for the next CR would run to the end of the chunk where there is none.
 */
function findMixedBorder(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const c = bytes[at];
    if (c !== CR && c !== LF) continue;
    const next = afterLineEnd(bytes, at);
    const byte = bytes[next];
    if (byte === LF) return next + 1;
    if (byte === CR) {
      if (bytes[next + 1] === LF) return next + 2;
      const crOnly = bytes[next - 1] === CR;
      if (crOnly || next + 1 < bytes.length) return next + 1;
      return -1;
    }
    at = next - 1;
  }
  return -1;
}

const afterLineEnd = (bytes: Buffer, at: number): number =>
  bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
