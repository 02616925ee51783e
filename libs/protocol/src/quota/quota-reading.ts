/** What one answer of a provider says of one of its limits. Absent members: it did not say. */
export interface QuotaReading {
  /** `requests`, `tokens`, `input_tokens`, `output_tokens`, each per minute or of the window that `resetAtMs` ends; `5h`, `day`, `week`, `month` of a subscription. */
  readonly bucket: string;
  /** `share`: a fraction of the whole window, whose limit is 1. */
  readonly unit: 'requests' | 'tokens' | 'share';
  readonly limit?: number;
  readonly remaining?: number;
  /** Epoch milliseconds. */
  readonly resetAtMs?: number;
  /** How it fills again: a token bucket, full at `resetAtMs`, or a window that ends at once. */
  readonly refill: 'continuous' | 'window';
}
