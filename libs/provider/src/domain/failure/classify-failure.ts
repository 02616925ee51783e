import type { JsonObject } from '@turnpike/kernel';
import type { Failure, FailureClass, FailureScope, VendorError } from '@turnpike/protocol';
import type { FailureEvidence } from '../failure-evidence';
import { cleanVendorError } from './clean-vendor-error';
import { pickDetails } from './pick-details';
import { decideClass, type Decision } from './decide-class';
import { decideScope } from './decide-scope';
import type { ErrorReading } from './error-reading';
import { meaningOfTransport, REASON_OF_CLASS } from './failure-reasons';
import { readBody } from './read-body';
import { readWait, retryAfterInstant } from './read-wait';
import { statusOfWords } from './status-words';
import { readSubscriptionWindows, type SubscriptionWindows } from './subscription-windows';

/** A stated wait above this ends a longer window than a minute's. */
const LONG_WAIT_MS = 300_000;

interface Facts {
  readonly evidence: FailureEvidence;
  readonly headers: Readonly<Record<string, string>>;
  readonly reading: ErrorReading;
  readonly windows: SubscriptionWindows;
  /** What the HTTP status is, or hides. */
  readonly status: number;
}

const isAnswer = (status: number): boolean => status >= 200 && status < 300;

function lowerNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

function readFacts(evidence: FailureEvidence, httpStatus: number): Facts {
  const headers = lowerNames(evidence.headers);
  const read = readBody(evidence.body, isAnswer(httpStatus));
  const typed = headers['x-amzn-errortype']?.split(/[:#]/)[0]?.trim().toLowerCase();
  const reading = typed ? { ...read, own: { ...read.own, codes: [...read.own.codes, typed] } } : read;
  const hidden = reading.found ? (reading.own.status ?? statusOfWords(reading.own.codes)) : undefined;
  return {
    evidence,
    headers,
    reading,
    windows: readSubscriptionWindows({ ...reading.headers, ...headers }, evidence.nowMs),
    status: isAnswer(httpStatus) ? (hidden ?? httpStatus) : httpStatus,
  };
}

/** An answer with status 200 that holds no error: how it ended, else our own verdict on it. */
function decideAnswer(facts: Facts): Decision {
  const { reading, evidence } = facts;
  if (reading.finish === 'filtered') return { class: 'content_filter' };
  if (reading.finish === 'failed') return { class: 'server', reason: 'error_in_answer' };
  if (reading.html) return { class: 'server', reason: 'malformed_answer' };
  if (evidence.verdict !== undefined) return { class: 'server', reason: evidence.verdict };
  return { class: 'server', reason: evidence.body.trim() === '' ? 'empty_answer' : 'malformed_answer' };
}

function decide(facts: Facts): Decision {
  const { evidence, reading, windows, status, headers } = facts;
  const isText = evidence.verdict === 'error_in_answer' && !reading.html && reading.finish === undefined;
  const isError = reading.found || !isAnswer(status) || isText;
  if (!isError) return decideAnswer(facts);
  if (windows.spent && status === 429) return { class: 'rate_long' };
  const retryAfterStated = retryAfterInstant(headers, evidence.nowMs) !== undefined;
  const decision = decideClass({ definition: evidence.definition, status, reading, retryAfterStated });
  const hidden = isAnswer(evidence.status ?? 0) && decision.class === 'server';
  return hidden ? { ...decision, reason: decision.reason ?? 'error_in_answer' } : decision;
}

const SENTENCES: Readonly<Record<string, string>> = {
  empty_answer: 'The answer was empty',
  stream_cut: 'The stream stopped before its end',
  malformed_answer: 'The answer could not be read',
  malformed_call: 'The answer held a call that could not be read',
  content_filtered: 'The answer was withheld by a content filter',
};

function messageOf(reading: ErrorReading, status: number, reason: string): string {
  const message = reading.own.message.trim() || reading.quoted?.message.trim();
  return message || SENTENCES[reason] || `HTTP ${status} without a message`;
}

function classifyAnswer(evidence: FailureEvidence, httpStatus: number): Failure {
  const facts = readFacts(evidence, httpStatus);
  const { reading, windows } = facts;
  const decision = decide(facts);
  const { definition, nowMs } = evidence;
  const wakeAtMs = readWait({
    ...facts,
    class: decision.class,
    midnight: decision.midnight,
    clockZone: definition.clockZone,
    nowMs,
  });
  const isLong =
    decision.class === 'rate_minute' && wakeAtMs !== undefined && wakeAtMs - nowMs > LONG_WAIT_MS;
  const failureClass = isLong ? 'rate_long' : decision.class;
  const scope = decideScope({
    class: failureClass,
    reading,
    rateScope: definition.rateScope,
    headers: facts.headers,
    windowsOpen: windows.open,
  });
  const reason = decision.reason ?? REASON_OF_CLASS[failureClass];
  return {
    class: failureClass,
    scope: decision.scope ?? scope,
    ...(wakeAtMs !== undefined && { wakeAtMs }),
    provenance: wakeAtMs === undefined ? 'heuristic' : 'authoritative',
    status: httpStatus,
    reason,
    vendor: withDetails(
      cleanVendorError({ ...reading.own, message: messageOf(reading, httpStatus, reason) }),
      pickDetails(reading.own.sources),
    ),
  };
}

const SCOPE_OF_TRANSPORT: Readonly<Partial<Record<FailureClass, FailureScope>>> = {
  caller: 'none',
  auth: 'credential',
};

function classifyTransport(evidence: FailureEvidence): Failure {
  const { transport } = evidence;
  const meaning = transport
    ? meaningOfTransport(transport)
    : { class: 'server' as const, reason: 'connection_failed' };
  return {
    class: meaning.class,
    scope: SCOPE_OF_TRANSPORT[meaning.class] ?? 'model',
    provenance: 'heuristic',
    status: evidence.status,
    reason: meaning.reason,
    vendor: cleanVendorError({ message: transport?.message || meaning.reason }),
  };
}

function classify(evidence: FailureEvidence): Failure {
  const { status, transport } = evidence;
  // An error answer whose body was cut still says what it is; a cut 200 is about the cut.
  const cutError =
    transport?.phase === 'body' && status !== null && status >= 400 && transport.reason !== 'aborted';
  return status === null || (transport && !cutError)
    ? classifyTransport(evidence)
    : classifyAnswer(evidence, status);
}

/** Last resort for what no rule foresaw: it never benches anything for long. */
const unreadable = (evidence: FailureEvidence): Failure => ({
  class: 'server',
  scope: 'model',
  provenance: 'heuristic',
  status: evidence.status,
  reason: 'server_error',
  vendor: { message: 'The answer could not be read' },
});

const withDetails = (error: VendorError, details: JsonObject | undefined): VendorError =>
  details === undefined ? error : { ...error, details };

/** What one failed attempt means. Pure, linear in the body, never throws (docs: resilience, failure classes). */
export function classifyFailure(evidence: FailureEvidence): Failure {
  let failure: Failure;
  try {
    failure = classify(evidence);
  } catch {
    failure = unreadable(evidence);
  }
  if (!evidence.auxiliary) return failure;
  const { wakeAtMs: _none, ...rest } = failure;
  return { ...rest, class: 'auxiliary', scope: 'none', provenance: 'heuristic' };
}
