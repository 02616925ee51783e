import type { ProviderData } from '../../domain/definition';
import { togetherQuota } from './quota';

export const together: ProviderData = {
  title: 'Together AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.together.xyz/v1',
  auth: { kind: 'bearer' },
  operations: [
    'completions',
    'embeddings',
    'rerank',
    'image-generations',
    'speech',
    'transcriptions',
    'translations',
  ],
  wires: { completions: { '*': 'native' } },
  vendor: 'together',
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'schema',
    documents: false,
  },
  models: { 'deepseek-ai/DeepSeek-R1*': { thinkTag: 'think' } },
  failures: [
    { status: [429], code: ['model_rate_limit'], class: 'rate_minute', scope: 'model' },
    // `credit_limit` types a plain queries-per-minute limit here; money is 402.
    {
      status: [429],
      code: ['credit_limit'],
      phrase: /rate limit/i,
      class: 'rate_minute',
      scope: 'credential',
    },
  ],
  quota: togetherQuota,
  priceProvider: 'together',
  source: 'https://docs.together.ai/docs/error-codes',
};
