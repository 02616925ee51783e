/**
 * What one answer of a provider says of one of its limits. Absent members: it did not say.
 *
 * A bucket without a suffix is a minute's: `requests`, `tokens`, `input_tokens`, `output_tokens`. Others name their
 * period: `requests_second`, `requests_hour`, `requests_day`, `tokens_month`. `project_tokens` is a minute's as well.
 * `quotaPeriodMs` reads it out of the name.
 * Windows of a subscription are `5h`, `day`, `week`, `month`, else their length (`3h`); those that only some models
 * draw from have a name of theirs behind (`week_opus`).
 */
export interface QuotaReading {
  readonly bucket: string;
  /** `share`: a fraction of the whole window, whose limit is 1. */
  readonly unit: 'requests' | 'tokens' | 'share';
  /** 0: nothing is granted at all. */
  readonly limit?: number;
  /** Never negative; vendors round it, and what is under way may or may not be counted. */
  readonly remaining?: number;
  /** Epoch milliseconds, not in the past. Vendors round it to seconds: no rate can be derived from it. */
  readonly resetAtMs?: number;
  /** How it fills again: a token bucket, full at `resetAtMs`, or a window that ends at once. */
  readonly refill: 'continuous' | 'window';
}
