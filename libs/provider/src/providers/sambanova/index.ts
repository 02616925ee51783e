import type { ProviderData } from '../../domain/definition';

export const sambanova: ProviderData = {
  title: 'SambaNova',
  dialect: 'openai-chat',
  baseUrl: 'https://api.sambanova.ai/v1',
  auth: { kind: 'bearer' },
  operations: ['embeddings', 'transcriptions', 'translations'],
  vendor: 'sambanova',
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'schema',
    documents: false,
  },
  models: {
    'Meta-Llama-3.1-8B-Instruct': { contextWindow: 16_384, images: false },
    'Meta-Llama-3.3-70B-Instruct': { contextWindow: 131_072, images: false },
    'DeepSeek-R1*': { contextWindow: 131_072, thinkTag: 'think', images: false },
    'gpt-oss-120b': { contextWindow: 131_072, images: false },
  },
  rateScope: 'model',
  source: 'https://docs.sambanova.ai/cloud/api-reference/overview',
};
