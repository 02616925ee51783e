import type { QuotaData } from '../../domain/quota/quota-data';

/** Trial keys alone are told, on answers but not on refusals. Calls come back one by one as they grow a minute old. */
export const cohereQuota: QuotaData = {
  headers: [
    {
      bucket: 'requests',
      unit: 'requests',
      refill: 'continuous',
      limit: 'x-trial-endpoint-call-limit',
      remaining: 'x-trial-endpoint-call-remaining',
    },
  ],
};
