import { xRateLimit, type QuotaData } from '../../domain/quota/quota-data';

/** Requests are those of a day and tokens those of a minute, under names that do not say so. The minute's requests are in no header. */
export const groqQuota: QuotaData = {
  headers: [
    xRateLimit('-requests', { bucket: 'requests_day', unit: 'requests', refill: 'continuous' }),
    xRateLimit('-tokens', { bucket: 'tokens', unit: 'tokens', refill: 'continuous' }),
  ],
};
