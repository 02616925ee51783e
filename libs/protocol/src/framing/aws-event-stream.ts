import { crc32 } from 'node:zlib';
import { GatewayError, isObject, type JsonObject } from '@turnpike/kernel';
import type { SseEvent } from './sse';
import { MAX_SSE_EVENT_BYTES, refuseOversizedEvent, type EventReader } from './sse-parser';

/** Total length, length of the headers, checksum of both: 4 bytes each. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const LEAST_FRAME_BYTES = PRELUDE_BYTES + CHECKSUM_BYTES;
const STRING_HEADER = 7;
const BYTES_HEADER = 6;
/** Bytes of a header's value by its type; types 6 and 7 state their own length in two bytes. */
const VALUE_BYTES: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];

/** What every event of an error is called, whatever its frame calls it. */
export const FRAME_ERROR = 'error';

function refuseFrame(problem: string): never {
  throw new GatewayError('provider_stream_broken', `The provider sent a stream frame ${problem}.`);
}

function lengthOfValue(frame: Buffer, at: number, end: number, type: number): number {
  if (type !== STRING_HEADER && type !== BYTES_HEADER)
    return VALUE_BYTES[type] ?? refuseFrame('with a header of an unknown type');
  return at + 2 <= end ? 2 + frame.readUInt16BE(at) : refuseFrame('whose headers do not fit');
}

/** Headers that are text; the others say nothing about an event. */
function readHeaders(frame: Buffer, end: number): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = PRELUDE_BYTES;
  while (at < end) {
    const nameEnd = at + 1 + (frame[at] ?? 0);
    if (nameEnd >= end) refuseFrame('whose headers do not fit');
    const type = frame[nameEnd] ?? 0;
    const valueAt = nameEnd + 1;
    const next = valueAt + lengthOfValue(frame, valueAt, end, type);
    if (next > end) refuseFrame('whose headers do not fit');
    if (type === STRING_HEADER)
      headers.set(frame.toString('utf8', at + 1, nameEnd), frame.toString('utf8', valueAt + 2, next));
    at = next;
  }
  return headers;
}

function membersOf(payload: string): JsonObject {
  try {
    const value: unknown = JSON.parse(payload);
    return isObject(value) ? value : { message: payload };
  } catch {
    return payload === '' ? {} : { message: payload };
  }
}

/** `exception` frames name what went wrong and say it in the payload; `error` frames do both in headers. */
function errorEvent(headers: ReadonlyMap<string, string>, payload: string): SseEvent {
  const type = headers.get(':exception-type') ?? headers.get(':error-code');
  const message = headers.get(':error-message');
  const members = { ...membersOf(payload), ...(message && { message }), ...(type && { type }) };
  return { event: FRAME_ERROR, data: JSON.stringify(members) };
}

function readFrame(frame: Buffer): SseEvent {
  const payloadEnd = frame.length - CHECKSUM_BYTES;
  if (crc32(frame.subarray(0, payloadEnd)) !== frame.readUInt32BE(payloadEnd))
    refuseFrame('whose checksum does not fit');
  const payloadAt = PRELUDE_BYTES + frame.readUInt32BE(4);
  const headers = readHeaders(frame, payloadAt);
  const payload = frame.toString('utf8', payloadAt, payloadEnd);
  const kind = headers.get(':message-type');
  if (kind === 'exception' || kind === 'error') return errorEvent(headers, payload);
  const event = headers.get(':event-type');
  return event === undefined ? { data: payload } : { event, data: payload };
}

/** Length of the frame that begins here. @throws GatewayError where the prelude is corrupt or too much is announced. */
function frameLength(bytes: Buffer): number {
  const total = bytes.readUInt32BE(0);
  if (crc32(bytes.subarray(0, PRELUDE_BYTES - CHECKSUM_BYTES)) !== bytes.readUInt32BE(8))
    refuseFrame('whose beginning is corrupt');
  if (total > MAX_SSE_EVENT_BYTES) refuseOversizedEvent();
  if (bytes.readUInt32BE(4) > total - LEAST_FRAME_BYTES) refuseFrame('whose lengths do not fit');
  return total;
}

/** Frames of `application/vnd.amazon.eventstream`. Chunks are joined once per frame, so that any split costs linear time. */
class FrameReader implements EventReader {
  private held: Buffer[] = [];
  private size = 0;
  /** Bytes that have to be here before anything can be read: a prelude, then its frame. */
  private needed = PRELUDE_BYTES;
  private inFrame = false;

  push(chunk: Buffer): SseEvent[] {
    const events: SseEvent[] = [];
    this.held.push(chunk);
    this.size += chunk.length;
    if (this.size < this.needed) return events;
    let bytes = this.held.length === 1 ? chunk : Buffer.concat(this.held);
    while (bytes.length >= this.needed) bytes = this.step(bytes, events);
    this.held = bytes.length === 0 ? [] : [bytes];
    this.size = bytes.length;
    return events;
  }

  /** Half a frame says nothing: the decoder misses the end of its stream. */
  end(): SseEvent[] {
    return [];
  }

  private step(bytes: Buffer, events: SseEvent[]): Buffer {
    if (!this.inFrame) {
      this.needed = frameLength(bytes);
      this.inFrame = true;
      return bytes;
    }
    const { needed } = this;
    events.push(readFrame(bytes.subarray(0, needed)));
    this.needed = PRELUDE_BYTES;
    this.inFrame = false;
    return bytes.subarray(needed);
  }
}

/**
 * One reader per stream. Events are named by `:event-type`; whatever says that something went wrong is an event `error`
 * with `{type, message}`. Both checksums of a frame are checked.
 */
export const createAwsEventReader = (): EventReader => new FrameReader();
