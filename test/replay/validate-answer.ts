import { isObject } from '@turnpike/kernel';
import { DIALECT_IDS, type DialectId } from '@turnpike/protocol';
import { violationsOf } from '../schemas/validate';
import type { ServingPair } from './serving-pairs';
import { parseText, readEvents, type PlainEvent } from './wire-text';

/** One line is enough to know what is wrong: a union that nothing fits names every member of every branch. */
const MOST = 2;

/** What the vendor's schema says against a whole value that a client was sent. */
export function validateAnswer(
  client: DialectId,
  kind: 'answer' | 'event' | 'error',
  value: unknown,
): string[] {
  const found = value === undefined ? ['no JSON'] : violationsOf(client, kind, value);
  return found.slice(0, MOST).map((violation) => `schema of ${kind}: ${violation}`);
}

const isDialect = (id: string): id is DialectId => DIALECT_IDS.some((one) => one === id);

/** Providers that are the vendor of their wire: what they take is what its schema says. */
const VENDORS: ReadonlySet<string> = new Set(['openai', 'anthropic', 'gemini']);

/**
 * What the vendor's schema says against a request that was translated; wires without one say nothing. Other servers of
 * a wire have members of their own, which is what their definitions are for.
 */
export function validateRequest(pair: ServingPair, asked: Buffer | undefined): string[] {
  if (!isDialect(pair.dialect) || !asked) return [];
  const found = violationsOf(pair.dialect, 'request', parseText(asked.toString('utf8')) ?? null);
  const own = VENDORS.has(pair.provider)
    ? found
    : found.filter((violation) => !violation.includes('additional properties'));
  return own.slice(0, MOST).map((violation) => `schema of request: ${violation}`);
}

/** The same for each event of a stream; an error that ends it is an error body, but for Responses. */
export function validateEvents(client: DialectId, events: readonly PlainEvent[]): string[] {
  const found = events
    .filter(({ data }) => data !== '[DONE]')
    .flatMap(({ data }) => {
      const value = parseText(data);
      const failed = client !== 'openai-responses' && isObject(value) && isObject(value.error);
      return validateAnswer(client, failed ? 'error' : 'event', value);
    });
  return [...new Set(found)];
}

/** A violation without its place: the provider's own block is the same mistake in a whole answer and in an event. */
const withoutPlace = (violation: string): string => violation.replace(/^schema of \w+: \S* /, '');

/** Violations that the recorded answer has itself, in its own dialect: what a provider wrote is handed on as it is. */
export function withoutInherited(
  violations: readonly string[],
  client: DialectId,
  recorded: { readonly streamed: boolean; readonly body: Buffer },
): string[] {
  if (!violations.some((violation) => violation.startsWith('schema of'))) return [...violations];
  const text = recorded.body.toString('utf8');
  const own = recorded.streamed
    ? validateEvents(client, readEvents(text))
    : violationsOf(client, 'answer', parseText(text) ?? null).map((one) => `schema of answer: ${one}`);
  const known = new Set(own.map(withoutPlace));
  return violations.filter(
    (violation) => !violation.startsWith('schema of') || !known.has(withoutPlace(violation)),
  );
}
