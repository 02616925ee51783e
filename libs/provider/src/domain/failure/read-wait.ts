import type { JsonObject } from '@turnpike/kernel';
import type { FailureClass } from '@turnpike/protocol';
import type { ErrorReading } from './error-reading';
import { believable } from './parse-instant';
import { headerInstant, readResetHeaders } from './reset-headers';
import { sentenceInstant } from './sentence-wait';
import type { SubscriptionWindows } from './subscription-windows';
import { nextMidnight } from './zone-time';

export interface WaitEvidence {
  readonly class: FailureClass;
  /** HTTP headers, names lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly reading: ErrorReading;
  readonly windows: SubscriptionWindows;
  /** Zone whose midnight ends the window. */
  readonly midnight?: string;
  readonly clockZone?: string;
  readonly nowMs: number;
}

/** Shorter waits are no answer to an empty account: obeying them would ask again every few seconds. */
const SHORTEST_CREDIT_WAIT_MS = 300_000;
/** A reset that is nearer belongs to another bucket than the day's. */
const SHORTEST_DAY_WAIT_MS = 300_000;
/** Vendors send a short delay along with a spent day; one of hours is the way to the window's end. */
const LONG_DELAY_MS = 3_600_000;
const SPEAKS_OF_WAITS: ReadonlySet<FailureClass> = new Set([
  'rate_minute',
  'rate_long',
  'overload',
  'server',
  'credit',
]);

const RELATIVE_MEMBERS = [
  'retryDelay',
  'retry_delay',
  'retry_after',
  'retryAfter',
  'retry_after_seconds',
  'retryAfterSeconds',
  'quotaResetDelay',
  'estimated_time',
  'wait_seconds',
];
const MILLISECOND_MEMBERS = ['retry_after_ms', 'retryAfterMs'];
/** Two spellings of one instant: where they disagree the later one is safe. */
const RESET_MEMBERS = [
  'resets_at',
  'reset_at',
  'resetsAt',
  'resetAt',
  'resets_in_seconds',
  'reset_in_seconds',
  'resetsInSeconds',
  'quotaResetTimeStamp',
  'reset_time',
];

function memberInstant(source: JsonObject, name: string, nowMs: number): number | undefined {
  const value = source[name];
  return typeof value === 'number' || typeof value === 'string'
    ? headerInstant(String(value), nowMs)
    : undefined;
}

function millisecondInstant(value: unknown, nowMs: number): number | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return /^\d{1,15}(?:\.\d{1,9})?$/.test(text) ? nowMs + Number(text) : undefined;
}

type Believe = (at: number | undefined) => number | undefined;

function memberWait(sources: readonly JsonObject[], nowMs: number, believe: Believe): number | undefined {
  for (const name of RELATIVE_MEMBERS) {
    for (const source of sources) {
      const at = believe(memberInstant(source, name, nowMs));
      if (at !== undefined) return at;
    }
  }
  for (const name of MILLISECOND_MEMBERS) {
    for (const source of sources) {
      const at = believe(millisecondInstant(source[name], nowMs));
      if (at !== undefined) return at;
    }
  }
  const resets = sources
    .flatMap((source) => RESET_MEMBERS.map((name) => memberInstant(source, name, nowMs)))
    .filter((at) => at !== undefined && at > nowMs)
    .map(believe)
    .filter((at) => at !== undefined);
  return resets.length > 0 ? Math.max(...resets) : undefined;
}

/** `retry-after-ms`, then `retry-after`, then GitHub's own word for it. */
export function retryAfterInstant(
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): number | undefined {
  return (
    believable(millisecondInstant(headers['retry-after-ms'], nowMs), nowMs) ??
    believable(headerInstant(headers['retry-after'], nowMs), nowMs) ??
    believable(headerInstant(headers['x-ratelimit-timeremaining'], nowMs), nowMs)
  );
}

function statedWait(evidence: WaitEvidence): number | undefined {
  const { headers, reading, nowMs, clockZone } = evidence;
  const believe: Believe = (at) => believable(at, nowMs);
  const isRate = evidence.class === 'rate_minute' || evidence.class === 'rate_long';
  const text = [reading.own.text, reading.quoted?.text ?? ''].join('\n');
  const resets = isRate ? readResetHeaders(headers, nowMs) : {};
  const resetsInBody = isRate ? readResetHeaders(reading.headers, nowMs) : {};
  return (
    retryAfterInstant(headers, nowMs) ??
    memberWait([...reading.own.sources, ...(reading.quoted?.sources ?? [])], nowMs, believe) ??
    retryAfterInstant(reading.headers, nowMs) ??
    believe(resetsInBody.spentAtMs) ??
    believe(resets.spentAtMs) ??
    believe(sentenceInstant(text, nowMs, clockZone)) ??
    believe(resetsInBody.unknownAtMs) ??
    believe(resets.unknownAtMs)
  );
}

/** Epoch milliseconds at which the provider says that another try can succeed; undefined: it did not say. */
export function readWait(evidence: WaitEvidence): number | undefined {
  const { nowMs, windows } = evidence;
  if (!SPEAKS_OF_WAITS.has(evidence.class)) return undefined;
  if (windows.spent && evidence.class === 'rate_long') {
    const at = believable(windows.resetAtMs, nowMs);
    if (at !== undefined) return at;
  }
  const stated = statedWait(evidence);
  if (evidence.class === 'credit') {
    return stated !== undefined && stated - nowMs > SHORTEST_CREDIT_WAIT_MS ? stated : undefined;
  }
  if (evidence.midnight === undefined) return stated;
  const midnight = nextMidnight(nowMs, evidence.midnight);
  const told =
    windowEnd(evidence) ?? (stated !== undefined && stated - nowMs > LONG_DELAY_MS ? stated : undefined);
  return told ?? midnight ?? stated;
}

/** The instant that the spent window itself names: better than the rule for its kind. */
function windowEnd({ headers, reading, nowMs }: WaitEvidence): number | undefined {
  const at = readResetHeaders(reading.headers, nowMs).spentAtMs ?? readResetHeaders(headers, nowMs).spentAtMs;
  const told = believable(at, nowMs);
  return told !== undefined && told - nowMs > SHORTEST_DAY_WAIT_MS ? told : undefined;
}
