import { crc32 } from 'node:zlib';
import type { PlainEvent } from './wire-text';

const PRELUDE = 12;
const TEXT_VALUE = 7;
/** Bytes of header values by their type; those of type 6 and 7 say their length themselves. */
const FIXED: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };

function readHeaders(bytes: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd] ?? 0;
    const fixed = FIXED[type];
    const start = nameEnd + (fixed === undefined ? 3 : 1);
    const end = start + (fixed ?? bytes.readUInt16BE(nameEnd + 1));
    if (type === TEXT_VALUE)
      headers.set(bytes.toString('utf8', at + 1, nameEnd), bytes.toString('utf8', start, end));
    at = end;
  }
  return headers;
}

/** Frames of an AWS event stream; what is no whole frame is left out, and one that is damaged is an error. */
export function readFrames(bytes: Buffer): PlainEvent[] {
  const events: PlainEvent[] = [];
  let at = 0;
  while (at + PRELUDE <= bytes.length) {
    const total = bytes.readUInt32BE(at);
    const headersEnd = at + PRELUDE + bytes.readUInt32BE(at + 4);
    if (total < PRELUDE + 4 || at + total > bytes.length || headersEnd > at + total - 4) break;
    if (crc32(bytes.subarray(at, at + total - 4)) !== bytes.readUInt32BE(at + total - 4))
      return [...events, { event: 'error', data: '{"message":"a wrong checksum"}' }];
    const headers = readHeaders(bytes.subarray(at + PRELUDE, headersEnd));
    const failed = headers.get(':message-type') !== 'event';
    const event = failed ? 'error' : (headers.get(':event-type') ?? '');
    events.push({ event, data: bytes.toString('utf8', headersEnd, at + total - 4) });
    at += total;
  }
  return events;
}

/** Lines of JSON. */
export const readLines = (text: string): PlainEvent[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((data) => ({ data }));
