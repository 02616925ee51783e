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
    let start = 0;
    let end = findBorder(bytes, Math.max(0, searched - 3));
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

/** Position behind the next blank line, or -1. A stream without CR is searched for two line feeds and nothing else. */
function findBorder(bytes: Buffer, from: number): number {
  const cr = bytes.indexOf(CR, from);
  if (cr < 0) {
    const at = bytes.indexOf(LF_LF, from);
    return at < 0 ? -1 : at + 2;
  }
  return findMixedBorder(bytes, from, cr);
}

/** The same where lines may end with LF, CRLF or CR. A CRLF whose LF is still to come is not yet a blank line. */
function findMixedBorder(bytes: Buffer, from: number, firstCr: number): number {
  let cr = firstCr;
  let lf = bytes.indexOf(LF, from);
  while (cr >= 0 || lf >= 0) {
    const next = afterLineEnd(bytes, cr < 0 || (lf >= 0 && lf < cr) ? lf : cr);
    const byte = bytes[next];
    if (byte === LF) return next + 1;
    if (byte === CR) {
      if (bytes[next + 1] === LF) return next + 2;
      const crOnly = bytes[next - 1] === CR;
      if (crOnly || next + 1 < bytes.length) return next + 1;
      return -1;
    }
    if (cr >= 0 && cr < next) cr = bytes.indexOf(CR, next);
    if (lf >= 0 && lf < next) lf = bytes.indexOf(LF, next);
  }
  return -1;
}

const afterLineEnd = (bytes: Buffer, at: number): number =>
  bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
