import { parseDurationMs } from './parse-duration';
import { instantOfNumber, parseDate } from './parse-instant';

type Headers = Readonly<Record<string, string>>;

const RESET = /^(?:x-|anthropic-)?rate-?limit.{0,60}reset|^ratelimitby[a-z]{1,20}-reset$/;

/** Instant of any header value: number, duration, date. Blank, negative, unreadable: undefined. */
export function headerInstant(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (text === '') return undefined;
  // What Anthropic sends twelve times with every answer: V8 reads it many times faster than patterns do.
  const plain = text.length === 20 && text[4] === '-' && text[19] === 'Z' ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(plain)) return plain;
  if (/^[+-]?\d{1,20}(?:\.\d{1,20})?$/.test(text)) return instantOfNumber(Number(text), nowMs);
  const durationMs = /^\d/.test(text) && !/^\d{4}-\d/.test(text) ? parseDurationMs(text) : undefined;
  return durationMs === undefined ? parseDate(text, 'UTC') : nowMs + durationMs;
}

const remainingOf = (headers: Headers, name: string): number => {
  const value = headers[name.replace('reset', 'remaining')]?.trim();
  return value === undefined || value === '' ? Number.NaN : Number(value);
};

/** `RateLimit: "default";r=0;t=5` and its older form `limit=10, remaining=0, reset=5`. */
export const readCombined = (value: string): { limit?: string; remaining?: string; reset?: string } => ({
  limit: /\blimit=(\d{1,15})/.exec(value)?.[1],
  remaining: /\b(?:r|remaining)=(\d{1,15})/.exec(value)?.[1],
  reset: /\b(?:t|reset)=(\d{1,15})/.exec(value)?.[1],
});

function combined(value: string | undefined, nowMs: number): number | undefined {
  const { remaining, reset } = readCombined(value ?? '');
  return remaining === '0' && reset !== undefined ? instantOfNumber(Number(reset), nowMs) : undefined;
}

export interface ResetInstants {
  /** Of buckets whose remaining is 0: all must be full again. */
  readonly spentAtMs?: number;
  /** Of buckets that do not say what is left. */
  readonly unknownAtMs?: number;
}

/** Reset headers of buckets with something left say nothing; a reset of 0 says nothing either. */
export function readResetHeaders(headers: Headers, nowMs: number): ResetInstants {
  const spent: number[] = [];
  const unknown: number[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!RESET.test(name) || name.includes('-unified-')) continue;
    const remaining = remainingOf(headers, name);
    const at = headerInstant(value, nowMs);
    if (at === undefined || at <= nowMs || remaining > 0) continue;
    (remaining === 0 ? spent : unknown).push(at);
  }
  const both = combined(headers.ratelimit, nowMs);
  if (both !== undefined && both > nowMs) spent.push(both);
  return {
    spentAtMs: spent.length > 0 ? Math.max(...spent) : undefined,
    unknownAtMs: unknown.length > 0 ? Math.max(...unknown) : undefined,
  };
}
