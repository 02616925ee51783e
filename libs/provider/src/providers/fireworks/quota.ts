import { xRateLimit, type QuotaData } from '../../domain/quota/quota-data';

/** Limits that grow and shrink with use; prompt and answer are counted apart. */
export const fireworksQuota: QuotaData = {
  headers: [
    xRateLimit('-requests', { bucket: 'requests', unit: 'requests', refill: 'window' }),
    xRateLimit('-tokens-prompt', { bucket: 'input_tokens', unit: 'tokens', refill: 'window' }),
    xRateLimit('-tokens-generated', { bucket: 'output_tokens', unit: 'tokens', refill: 'window' }),
  ],
};
