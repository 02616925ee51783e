/** What one quota group may use at its provider; an absent member is not limited, or nobody said. */
export interface QuotaLimits {
  /** Requests per minute. */
  readonly rpm?: number;
  /** Tokens per minute. */
  readonly tpm?: number;
  /** Requests per day of the provider. */
  readonly rpd?: number;
  /** Tokens per day of the provider. */
  readonly tpd?: number;
  /** Calls under way at once. */
  readonly concurrency?: number;
}

/** Every limit there is, in the order they are written. */
export const QUOTA_LIMITS = [
  'rpm',
  'tpm',
  'rpd',
  'tpd',
  'concurrency',
] as const satisfies readonly (keyof QuotaLimits)[];
