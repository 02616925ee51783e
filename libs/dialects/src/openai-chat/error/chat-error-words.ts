import type { ErrorKind } from '@turnpike/kernel';

interface Words {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
}

const words = (status: number, type: string, code: string | null): Words => ({ status, type, code });

/** Status, type and code of each kind, as the vendor's own clients know them. */
export const CHAT_ERRORS: Readonly<Record<ErrorKind, Words>> = {
  bad_request: words(400, 'invalid_request_error', null),
  context_length: words(400, 'invalid_request_error', 'context_length_exceeded'),
  content_policy: words(400, 'invalid_request_error', 'content_policy_violation'),
  unauthenticated: words(401, 'invalid_request_error', 'invalid_api_key'),
  billing: words(429, 'insufficient_quota', 'insufficient_quota'),
  forbidden: words(403, 'permission_error', null),
  model_not_found: words(404, 'invalid_request_error', 'model_not_found'),
  not_found: words(404, 'invalid_request_error', 'not_found'),
  method_not_allowed: words(405, 'invalid_request_error', 'method_not_allowed'),
  too_large: words(413, 'invalid_request_error', 'request_too_large'),
  unsupported_media_type: words(415, 'invalid_request_error', 'unsupported_media_type'),
  upgrade_required: words(426, 'invalid_request_error', 'upgrade_required'),
  rate_limit: words(429, 'rate_limit_error', 'rate_limit_exceeded'),
  cancelled: words(499, 'server_error', 'cancelled'),
  internal: words(500, 'server_error', 'internal_error'),
  upstream: words(502, 'server_error', 'upstream_error'),
  overloaded: words(503, 'server_error', 'server_is_overloaded'),
  timeout: words(504, 'server_error', 'timeout'),
};

/** Codes of other vendors that are statuses say nothing more than the status. */
const NUMBER = /^\d+$/;

/** The code of an error: the vendor's, unless clients act by a word of ours. */
export function chatCodeOf(kind: ErrorKind, vendorCode: string | undefined): string | null {
  const { code } = CHAT_ERRORS[kind];
  if (kind === 'context_length' || vendorCode === undefined || NUMBER.test(vendorCode)) return code;
  return vendorCode;
}

/** Words of the Messages dialect, which Chat clients do not know: the kind's own word says the same. */
const FOREIGN_TYPES: ReadonlySet<string> = new Set([
  'authentication_error',
  'billing_error',
  'not_found_error',
  'request_too_large',
  'timeout_error',
  'api_error',
  'overloaded_error',
]);

/** The vendor's type where Chat clients know it. */
export const chatTypeOf = (vendorType: string | undefined): string | undefined =>
  vendorType === undefined || FOREIGN_TYPES.has(vendorType) ? undefined : vendorType;
