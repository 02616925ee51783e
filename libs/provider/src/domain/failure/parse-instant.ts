import { instantOfWallClock } from './zone-time';

/** Longest wait that is believed. */
export const MAX_WAIT_MS = 32 * 86_400_000;
const SHORTEST_WAIT_MS = 1_000;

const ISO =
  /(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:T|\s|,|\sat\s){1,3}(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,9})?))?)?\s?(Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}\b)?/i;
const HTTP_DATE = /^[A-Za-z]{3,9},? \d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4} \d{2}:\d{2}:\d{2}/;

/** Epoch milliseconds of the first ISO-like date in `text`; without an offset it is local time of `zone`. */
export function parseIsoInstant(text: string, zone: string): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', offset] = match;
  const wallMs =
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) +
    Number(second) * 1_000;
  if (!Number.isFinite(wallMs)) return undefined;
  if (offset === undefined) return instantOfWallClock(wallMs, zone);
  const signed = /^([+-])(\d{2}):?(\d{2})$/.exec(offset);
  const offsetMs = signed
    ? (Number(signed[2]) * 60 + Number(signed[3])) * 60_000 * (signed[1] === '-' ? -1 : 1)
    : 0;
  return wallMs - offsetMs;
}

/**
 * Bare numbers: up to 1e9 seconds from now, to 1e11 epoch seconds, from 1e12 epoch milliseconds.
 * Negative or in no range: not stated.
 */
export function instantOfNumber(value: number, nowMs: number): number | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  if (value <= 1e9) return nowMs + value * 1_000;
  if (value <= 1e11) return value * 1_000;
  return value >= 1e12 ? value : undefined;
}

/** Any date that a header or a JSON member may hold. */
export function parseDate(text: string, zone: string): number | undefined {
  if (/^\d{4}-\d/.test(text)) return parseIsoInstant(text, zone);
  const parsed = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : undefined;
}

/** The instant, if it is a wait that can be believed: a stated 0 is one second, past or beyond 32 days is not stated. */
export function believable(instantMs: number | undefined, nowMs: number): number | undefined {
  if (instantMs === undefined || !Number.isFinite(instantMs)) return undefined;
  const waitMs = instantMs - nowMs;
  if (waitMs < 0 || waitMs > MAX_WAIT_MS) return undefined;
  return Math.ceil(waitMs === 0 ? nowMs + SHORTEST_WAIT_MS : instantMs);
}
