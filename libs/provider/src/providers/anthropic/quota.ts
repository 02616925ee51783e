import { anthropicRateLimit, type QuotaData } from '../../domain/quota/quota-data';

/** Token buckets; `tokens` is whichever limit is tightest, input and output together. What is left is told in thousands. */
export const anthropicQuota: QuotaData = {
  headers: [
    anthropicRateLimit('requests', { bucket: 'requests', unit: 'requests', refill: 'continuous' }),
    anthropicRateLimit('tokens', { bucket: 'tokens', unit: 'tokens', refill: 'continuous' }),
    anthropicRateLimit('input-tokens', { bucket: 'input_tokens', unit: 'tokens', refill: 'continuous' }),
    anthropicRateLimit('output-tokens', { bucket: 'output_tokens', unit: 'tokens', refill: 'continuous' }),
  ],
};
