import type { ErrorKind } from '@turnpike/kernel';
import type { VendorError } from '@turnpike/protocol';

interface Words {
  readonly code: number;
  readonly status: string;
}

const words = (code: number, status: string): Words => ({ code, status });

/** HTTP status and status word of each kind, as the vendor's own clients know them. */
export const GEMINI_ERRORS: Readonly<Record<ErrorKind, Words>> = {
  bad_request: words(400, 'INVALID_ARGUMENT'),
  context_length: words(400, 'INVALID_ARGUMENT'),
  content_policy: words(400, 'INVALID_ARGUMENT'),
  unauthenticated: words(401, 'UNAUTHENTICATED'),
  billing: words(429, 'RESOURCE_EXHAUSTED'),
  forbidden: words(403, 'PERMISSION_DENIED'),
  model_not_found: words(404, 'NOT_FOUND'),
  not_found: words(404, 'NOT_FOUND'),
  method_not_allowed: words(405, 'INVALID_ARGUMENT'),
  too_large: words(413, 'INVALID_ARGUMENT'),
  unsupported_media_type: words(415, 'INVALID_ARGUMENT'),
  upgrade_required: words(426, 'FAILED_PRECONDITION'),
  rate_limit: words(429, 'RESOURCE_EXHAUSTED'),
  cancelled: words(499, 'CANCELLED'),
  internal: words(500, 'INTERNAL'),
  upstream: words(502, 'INTERNAL'),
  overloaded: words(503, 'UNAVAILABLE'),
  timeout: words(504, 'DEADLINE_EXCEEDED'),
};

/** Status words of the vendor, some of which no kind of ours has. */
const OWN: ReadonlySet<string> = new Set([
  ...Object.values(GEMINI_ERRORS).map((entry) => entry.status),
  ...'FAILED_PRECONDITION OUT_OF_RANGE ABORTED ALREADY_EXISTS UNKNOWN UNIMPLEMENTED DATA_LOSS'.split(' '),
]);

/** The vendor's status word where clients of this dialect know it. */
export const geminiStatusOf = (vendorType: string | undefined): string | undefined =>
  vendorType !== undefined && OWN.has(vendorType) ? vendorType : undefined;

/** Words of other dialects, and statuses, that mean one of ours. */
const MEANS: Readonly<Record<string, ErrorKind>> = {
  rate_limit_error: 'rate_limit',
  rate_limit_exceeded: 'rate_limit',
  RESOURCE_EXHAUSTED: 'rate_limit',
  '429': 'rate_limit',
  insufficient_quota: 'billing',
  billing_error: 'billing',
  overloaded_error: 'overloaded',
  server_is_overloaded: 'overloaded',
  overloaded: 'overloaded',
  engine_overloaded: 'overloaded',
  UNAVAILABLE: 'overloaded',
  '503': 'overloaded',
  '529': 'overloaded',
  timeout_error: 'timeout',
  timeout: 'timeout',
  DEADLINE_EXCEEDED: 'timeout',
  '504': 'timeout',
};

/** Words of an error inside a stream, of which nothing is known but what it says. */
export function guessGeminiWords({ type, code }: VendorError): Words {
  const hit = [code, type].find((word) => word !== undefined && Object.hasOwn(MEANS, word));
  const kind = hit === undefined ? undefined : MEANS[hit];
  return GEMINI_ERRORS[kind ?? 'upstream'];
}
