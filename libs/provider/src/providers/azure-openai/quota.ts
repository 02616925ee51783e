import { xRateLimit, type QuotaData } from '../../domain/quota/quota-data';

/** OpenAI's names, always of a minute, resets in whole seconds; -1 where nothing is counted. */
export const azureQuota: QuotaData = {
  headers: [
    xRateLimit('-requests', { bucket: 'requests', unit: 'requests', refill: 'continuous' }),
    xRateLimit('-tokens', { bucket: 'tokens', unit: 'tokens', refill: 'continuous' }),
  ],
};
