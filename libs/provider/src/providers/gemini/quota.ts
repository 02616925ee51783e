import type { QuotaData } from '../../domain/quota/quota-data';

/** Daily quotas end with the day in California; no answer tells what is left. */
export const googleQuota: QuotaData = { headers: [], dayZone: 'America/Los_Angeles' };
