import { plainBytes } from './plain-bytes';
import type { Recording } from './recording';

/** A recorded answer as our upstream sends it. */
export interface ServedAnswer {
  readonly status: number;
  /** Names and values, a pair each. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly contentType: string;
  /** The body comes in events or frames. */
  readonly streamed: boolean;
}

/** What belongs to the connection it was recorded on, or to an encoding that is gone. */
const LEFT_OUT =
  /^(?::.*|content-encoding|content-length|transfer-encoding|connection|keep-alive|proxy-.*|upgrade|trailer|te)$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function guessType(body: Buffer): string {
  const start = body.toString('utf8', 0, 4096).trimStart();
  if (/^(?:data|event|id|retry)?:/.test(start)) return 'text/event-stream';
  if (/^[[{]/.test(start)) return 'application/json';
  return start.startsWith('<') ? 'text/html' : 'text/plain';
}

/** Content types of events, lines and frames. */
export const STREAM_TYPE = /event-stream|eventstream|ndjson|jsonl|stream\+json/i;

/** Events, under whatever content type. */
export const holdsEvents = (body: Buffer): boolean => guessType(body) === 'text/event-stream';

/** What the provider sent, ready to be sent again. */
export function toServedAnswer({ response }: Recording): ServedAnswer {
  const body = plainBytes(response) ?? Buffer.alloc(0);
  const headers = Object.entries(response.headers)
    .filter(([name]) => HEADER_NAME.test(name) && !LEFT_OUT.test(name))
    .flatMap(([name, values]) =>
      values.filter((value) => HEADER_VALUE.test(value)).map((value) => [name, value] as const),
    );
  const told = response.headers['content-type']?.at(-1);
  const contentType = told ?? guessType(body);
  return {
    status: response.status,
    headers: told === undefined && body.length > 0 ? [...headers, ['content-type', contentType]] : headers,
    body,
    contentType,
    streamed: STREAM_TYPE.test(contentType) || holdsEvents(body),
  };
}

/** How the bytes are cut on their way: each plan has found mistakes that the others had not. */
export type Cut = 'whole' | 'awkward' | 'small';

export const CUTS: readonly Cut[] = ['whole', 'awkward', 'small'];

const MOST_PIECES = 60;

/** Borders that fall into the middle of things: behind escapes, in a character, between CR and LF. */
function awkwardBorders(body: Buffer): number[] {
  const borders: number[] = [];
  for (let at = 1; at < body.length && borders.length < MOST_PIECES; at++) {
    const before = body[at - 1] as number;
    const inCharacter = before >= 0xc2;
    if (before === 0x5c || before === 0x0d || inCharacter || (before === 0x0a && body[at] === 0x0a))
      borders.push(at);
  }
  return borders.length > 0 ? borders : [Math.floor(body.length / 2)];
}

function evenBorders(body: Buffer): number[] {
  const size = Math.max(7, Math.ceil(body.length / MOST_PIECES));
  return Array.from({ length: Math.floor(Math.max(0, body.length - 1) / size) }, (_, i) => (i + 1) * size);
}

/** The pieces of a body, in order; together they are the body. */
export function cutBody(body: Buffer, cut: Cut): Buffer[] {
  if (body.length === 0) return [];
  const borders = cut === 'whole' ? [] : cut === 'awkward' ? awkwardBorders(body) : evenBorders(body);
  const all = [0, ...borders.filter((at) => at > 0 && at < body.length), body.length];
  return all.slice(1).map((end, i) => body.subarray(all[i], end));
}
