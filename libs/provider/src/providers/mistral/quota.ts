import { xRateLimit, type QuotaData } from '../../domain/quota/quota-data';

/** Windows that end with the minute of the clock, which no header says (2026-07). The names by size are older. */
const MINUTE = { refill: 'window', clockWindowMs: 60_000 } as const;

export const mistralQuota: QuotaData = {
  headers: [
    xRateLimit('-req-minute', { ...MINUTE, bucket: 'requests', unit: 'requests' }),
    xRateLimit('-tokens-minute', { ...MINUTE, bucket: 'tokens', unit: 'tokens' }),
    xRateLimit('-tokens-month', { bucket: 'tokens_month', unit: 'tokens', refill: 'window' }),
    {
      ...MINUTE,
      bucket: 'tokens',
      unit: 'tokens',
      limit: 'ratelimitbysize-limit',
      remaining: 'ratelimitbysize-remaining',
      reset: 'ratelimitbysize-reset',
    },
    {
      bucket: 'tokens_month',
      unit: 'tokens',
      refill: 'window',
      limit: 'x-ratelimitbysize-limit-month',
      remaining: 'x-ratelimitbysize-remaining-month',
    },
  ],
};
