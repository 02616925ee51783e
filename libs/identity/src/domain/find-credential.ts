import { GatewayError } from '@turnpike/kernel';
import { malformedKey } from './cached-authenticator';
import { keyKindOf } from './virtual-key';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Query parameters as a parser or URLSearchParams gives them. */
export type QueryParameters = URLSearchParams | Readonly<Record<string, unknown>>;

const BEARER = /^bearer(?: |$)/i;

/**
 * The caller's key out of `Authorization: Bearer`, `x-api-key`, `x-goog-api-key` and `?key=`: the first that starts
 * like one of ours, because clients often send a provider's key of their own beside it.
 * @throws GatewayError missing_key | malformed_key (only foreign ones) | ambiguous_key (two different ones of ours)
 */
export function findCredential(headers: Headers, query: QueryParameters = {}): string {
  return onlyBearer(headers, query) ?? choose(headers, query);
}

/** The one header that nearly everybody sends, when it is the only place a key could stand. */
function onlyBearer(headers: Headers, query: QueryParameters): string | undefined {
  const { authorization } = headers;
  if (typeof authorization !== 'string' || !authorization.startsWith('Bearer tp')) return undefined;
  if (headers['x-api-key'] !== undefined || headers['x-goog-api-key'] !== undefined) return undefined;
  if (query instanceof URLSearchParams || query['key'] !== undefined) return undefined;
  const key = authorization.slice('Bearer '.length).trim();
  return keyKindOf(key) === undefined ? undefined : key;
}

function choose(headers: Headers, query: QueryParameters): string {
  const given = [
    ...textsOf(headers['authorization']).map((text) => text.trim().replace(BEARER, '')),
    ...textsOf(headers['x-api-key']),
    ...textsOf(headers['x-goog-api-key']),
    ...(query instanceof URLSearchParams ? query.getAll('key') : textsOf(query['key'])),
  ]
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const ours = given.filter((text) => keyKindOf(text) !== undefined);
  const [first] = ours;
  if (first === undefined) throw given.length > 0 ? malformedKey() : missingKey();
  if (ours.some((other) => other !== first)) {
    throw new GatewayError('ambiguous_key', 'The request carries two different Turnpike keys. Send one.');
  }
  return first;
}

function textsOf(value: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((text): text is string => typeof text === 'string');
}

function missingKey(): GatewayError {
  return new GatewayError(
    'missing_key',
    'No key was sent. Send your Turnpike key as "Authorization: Bearer tpk_...", x-api-key, x-goog-api-key or ?key=.',
  );
}
