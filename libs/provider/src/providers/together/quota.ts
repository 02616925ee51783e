import { xRateLimit, type QuotaData } from '../../domain/quota/quota-data';

/** Limits of a second. The dynamic ones move with everybody's load and are left out. */
export const togetherQuota: QuotaData = {
  headers: [
    xRateLimit('', { bucket: 'requests_second', unit: 'requests', refill: 'window' }),
    {
      bucket: 'tokens_second',
      unit: 'tokens',
      refill: 'window',
      limit: 'x-tokenlimit-limit',
      remaining: 'x-tokenlimit-remaining',
    },
  ],
};
