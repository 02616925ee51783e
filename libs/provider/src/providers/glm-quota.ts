import type { QuotaData } from '../domain/quota/quota-data';

/** Daily quotas end with the day in China; no answer tells what is left. */
export const GLM_QUOTA: QuotaData = { headers: [], dayZone: 'Asia/Shanghai' };
