import type { ErrorKind } from '@turnpike/kernel';

interface Words {
  readonly status: number;
  readonly type: string;
}

const words = (status: number, type: string): Words => ({ status, type });

/** Status and type of each kind, as the vendor's own clients know them. */
export const MESSAGES_ERRORS: Readonly<Record<ErrorKind, Words>> = {
  bad_request: words(400, 'invalid_request_error'),
  context_length: words(400, 'invalid_request_error'),
  content_policy: words(400, 'invalid_request_error'),
  unauthenticated: words(401, 'authentication_error'),
  billing: words(402, 'billing_error'),
  forbidden: words(403, 'permission_error'),
  model_not_found: words(404, 'not_found_error'),
  not_found: words(404, 'not_found_error'),
  method_not_allowed: words(405, 'invalid_request_error'),
  too_large: words(413, 'request_too_large'),
  unsupported_media_type: words(415, 'invalid_request_error'),
  upgrade_required: words(426, 'invalid_request_error'),
  rate_limit: words(429, 'rate_limit_error'),
  cancelled: words(499, 'api_error'),
  internal: words(500, 'api_error'),
  upstream: words(502, 'api_error'),
  overloaded: words(529, 'overloaded_error'),
  timeout: words(504, 'timeout_error'),
};

const OWN_TYPES: ReadonlySet<string> = new Set(Object.values(MESSAGES_ERRORS).map((entry) => entry.type));

/** Words of other dialects that mean one of ours. */
const TRANSLATED: Readonly<Record<string, string>> = {
  rate_limit_exceeded: 'rate_limit_error',
  insufficient_quota: 'billing_error',
  server_is_overloaded: 'overloaded_error',
  overloaded: 'overloaded_error',
  engine_overloaded: 'overloaded_error',
  timeout: 'timeout_error',
  '429': 'rate_limit_error',
  '503': 'overloaded_error',
  '529': 'overloaded_error',
};

/** The vendor's type where Messages clients know it. */
export const messagesTypeOf = (vendorType: string | undefined): string | undefined =>
  vendorType !== undefined && OWN_TYPES.has(vendorType) ? vendorType : undefined;

/** Type of an error whose words are all that is known of it. */
export function guessMessagesType(type: string | undefined, code: string | undefined): string {
  const own = messagesTypeOf(type);
  if (own) return own;
  const hit = [code, type].find((word) => word !== undefined && Object.hasOwn(TRANSLATED, word));
  return (hit === undefined ? undefined : TRANSLATED[hit]) ?? MESSAGES_ERRORS.upstream.type;
}
