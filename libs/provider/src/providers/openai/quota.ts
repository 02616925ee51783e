import { xRateLimit, type QuotaData } from '../../domain/quota/quota-data';

/** Token buckets, of a minute or of a day, whichever has less left; a project may have one of its own. */
export const openaiQuota: QuotaData = {
  headers: [
    xRateLimit('-requests', {
      bucket: 'requests',
      unit: 'requests',
      refill: 'continuous',
      maybeDaily: true,
    }),
    xRateLimit('-tokens', { bucket: 'tokens', unit: 'tokens', refill: 'continuous' }),
    xRateLimit('-project-tokens', { bucket: 'project_tokens', unit: 'tokens', refill: 'continuous' }),
  ],
};
