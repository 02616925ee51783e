import { isObject, type Json } from '@turnpike/kernel';
import type { DialectId } from '@turnpike/protocol';
import type { Answered } from './ask-gateway';
import type { ServedAnswer } from './served-answer';
import { validateAnswer } from './validate-answer';
import { parseText } from './wire-text';

export const errorOf = (value: unknown): Json | undefined => (isObject(value) ? value.error : undefined);

/** The gateway's own words of an error; undefined: it is none of its envelopes. */
export function turnpikeOf(answered: Answered): { layer?: unknown; reason?: unknown } | undefined {
  const error = errorOf(parseText(answered.body.toString('utf8')));
  const own = isObject(error) ? error.turnpike : undefined;
  return isObject(own) ? own : undefined;
}

/** Statuses that may stand for a provider's: the class is kept, but for what is the gateway's own business. */
function isFaithful(upstream: number, client: number, reason: unknown): boolean {
  // A 3xx is not followed; a credential of ours that is refused is no fault of the client's key.
  if (upstream < 400) return client >= 500;
  if (/^provider_(?:authentication_failed|timeout)$/.test(String(reason))) return client >= 500;
  if (reason === 'provider_credit_exhausted') return client === 429 || client === 402;
  return Math.floor(upstream / 100) === Math.floor(client / 100);
}

/** A failure of the provider, or an answer that is none, as the client hears of it. */
export function checkRefusal({
  served,
  answered,
  client,
}: {
  readonly served: ServedAnswer;
  readonly answered: Answered;
  readonly client: DialectId;
}): string[] {
  const { status } = answered;
  const value = parseText(answered.body.toString('utf8'));
  const reason = turnpikeOf(answered)?.reason;
  if (status < 400) return [`status ${served.status} became ${status}`];
  const faithful = served.status < 300 ? status >= 400 : isFaithful(served.status, status, reason);
  return [
    ...(faithful ? [] : [`status ${served.status} became ${status} (${String(reason)})`]),
    ...(reason === undefined ? ['an error without its reason'] : []),
    ...validateAnswer(client, 'error', value),
  ];
}
