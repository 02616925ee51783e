import type { JsonObject } from '@turnpike/kernel';

/** Failure classes of one upstream attempt (docs: resilience). */
export type FailureClass =
  | 'rate_minute'
  | 'rate_long'
  | 'credit'
  | 'overload'
  | 'server'
  | 'auth'
  | 'target_gone'
  | 'context_length'
  | 'content_filter'
  | 'caller'
  | 'auxiliary';

/** What the failure is about: this model at this provider, the credential, its quota group, or nothing. */
export type FailureScope = 'model' | 'credential' | 'group' | 'none';

/** A vendor's error in the vendor's words: secrets and account ids already removed. */
export interface VendorError {
  readonly message: string;
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
  /** What the vendor adds for programs: short words alone (`error_code`, `unsupported`). */
  readonly details?: JsonObject;
}

/** What one failed attempt means. A decision, not an exception. */
export interface Failure {
  readonly class: FailureClass;
  readonly scope: FailureScope;
  /** Epoch milliseconds at which another try can succeed, when known. */
  readonly wakeAtMs?: number;
  /** `authoritative`: the provider said when; `heuristic`: our own ladder decides. */
  readonly provenance: 'authoritative' | 'heuristic';
  /** Upstream status, null when there was no HTTP answer. */
  readonly status: number | null;
  /** Stable slug for traces and metrics: `rate_limited`, `connect_timeout`, `empty_answer`, ... */
  readonly reason: string;
  readonly vendor: VendorError;
}
