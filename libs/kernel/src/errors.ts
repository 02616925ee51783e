import type { JsonObject } from './json';

/**
 * The closed table of everything that Turnpike itself says no with. A reason is a stable slug with a page in the
 * docs; `kind` selects status and vendor words in each dialect; `layer` tells the caller whose limit it was.
 */
export type ErrorLayer =
  'client' | 'auth' | 'policy' | 'budget' | 'rate_limit' | 'routing' | 'provider' | 'network' | 'gateway';

/** Classes of answer; each dialect maps a kind to its status, type and code. */
export type ErrorKind =
  | 'bad_request'
  | 'context_length'
  | 'content_policy'
  | 'unauthenticated'
  | 'billing'
  | 'forbidden'
  | 'model_not_found'
  | 'not_found'
  | 'method_not_allowed'
  | 'too_large'
  | 'unsupported_media_type'
  | 'upgrade_required'
  | 'rate_limit'
  | 'cancelled'
  | 'internal'
  | 'upstream'
  | 'overloaded'
  | 'timeout';

interface Row {
  readonly layer: ErrorLayer;
  readonly kind: ErrorKind;
}

const row = (layer: ErrorLayer, kind: ErrorKind): Row => ({ layer, kind });

export const ERRORS = {
  malformed_json: row('client', 'bad_request'),
  invalid_request: row('client', 'bad_request'),
  unsupported_content: row('client', 'bad_request'),
  media_unreachable: row('client', 'bad_request'),
  body_too_large: row('client', 'too_large'),
  unsupported_media_type: row('client', 'unsupported_media_type'),
  unsupported_encoding: row('client', 'unsupported_media_type'),
  not_found: row('client', 'not_found'),
  method_not_allowed: row('client', 'method_not_allowed'),
  already_exists: row('client', 'bad_request'),
  state_conflict: row('client', 'bad_request'),
  precondition_required: row('client', 'bad_request'),
  precondition_failed: row('client', 'bad_request'),
  idempotency_key_reused: row('client', 'bad_request'),
  upgrade_required: row('client', 'upgrade_required'),
  client_disconnected: row('client', 'cancelled'),
  missing_key: row('auth', 'unauthenticated'),
  malformed_key: row('auth', 'unauthenticated'),
  unknown_key: row('auth', 'unauthenticated'),
  ambiguous_key: row('auth', 'unauthenticated'),
  expired_key: row('auth', 'unauthenticated'),
  revoked_key: row('auth', 'unauthenticated'),
  wrong_key_kind: row('auth', 'forbidden'),
  project_unknown: row('client', 'not_found'),
  project_not_allowed: row('policy', 'forbidden'),
  model_not_allowed: row('policy', 'forbidden'),
  model_unpriced: row('policy', 'forbidden'),
  translation_loss: row('policy', 'bad_request'),
  model_unknown: row('routing', 'model_not_found'),
  request_not_kept: row('gateway', 'overloaded'),
  operation_not_offered: row('routing', 'bad_request'),
  no_target: row('routing', 'overloaded'),
  targets_cooling: row('rate_limit', 'rate_limit'),
  targets_unavailable: row('routing', 'overloaded'),
  deadline_exceeded: row('gateway', 'timeout'),
  draining: row('gateway', 'overloaded'),
  store_unavailable: row('gateway', 'overloaded'),
  internal_error: row('gateway', 'internal'),
  provider_rate_limited: row('provider', 'rate_limit'),
  provider_credit_exhausted: row('provider', 'rate_limit'),
  provider_overloaded: row('provider', 'overloaded'),
  provider_error: row('provider', 'upstream'),
  provider_authentication_failed: row('provider', 'upstream'),
  provider_model_gone: row('provider', 'model_not_found'),
  provider_empty_answer: row('provider', 'upstream'),
  provider_stream_broken: row('provider', 'upstream'),
  provider_timeout: row('network', 'timeout'),
  provider_unreachable: row('network', 'upstream'),
  provider_address_denied: row('network', 'upstream'),
  provider_rejected_request: row('provider', 'bad_request'),
  context_length_exceeded: row('provider', 'context_length'),
  content_filtered: row('provider', 'content_policy'),
} as const satisfies Record<string, Row>;

export type ErrorReason = keyof typeof ERRORS;

/** One finished attempt as the caller may see it: names and figures, never a secret. */
export interface AttemptSummary {
  readonly provider: string;
  readonly credential: string;
  readonly model: string;
  /** HTTP status of the upstream answer, null when there was none. */
  readonly status: number | null;
  readonly reason: string;
  readonly ms: number;
}

export interface ErrorDetails {
  /** JSON path of the offending member in the caller's body. */
  readonly param?: string;
  /** Milliseconds until another try can succeed; only when it is true. */
  readonly retryAfterMs?: number;
  /** Provider whose answer this is. */
  readonly provider?: string;
  readonly providerStatus?: number;
  /** The vendor's own words, kept when its error reaches the caller. */
  readonly vendorType?: string;
  readonly vendorCode?: string;
  /** `error.details` for clients that act on it. */
  readonly vendorDetails?: JsonObject;
  /** Overrides the status of the kind, inside the same class (422 stays 422). */
  readonly status?: number;
  /** True: no retry of this request can help (`x-should-retry: false`). */
  readonly final?: boolean;
  readonly cause?: unknown;
}

/** The only error that is thrown on purpose. The message is a sentence for the caller: whose limit, what to do. */
export class GatewayError extends Error {
  readonly reason: ErrorReason;
  readonly layer: ErrorLayer;
  readonly kind: ErrorKind;
  readonly details: ErrorDetails;

  constructor(reason: ErrorReason, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'GatewayError';
    this.reason = reason;
    this.layer = ERRORS[reason].layer;
    this.kind = ERRORS[reason].kind;
    this.details = details;
  }
}
