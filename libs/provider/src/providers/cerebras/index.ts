import type { ProviderData } from '../../domain/definition';

export const cerebras: ProviderData = {
  title: 'Cerebras',
  dialect: 'openai-chat',
  baseUrl: 'https://api.cerebras.ai/v1',
  auth: { kind: 'bearer' },
  operations: ['completions'],
  wires: { completions: { '*': 'native' } },
  vendor: 'cerebras',
  quirks: { removeMembers: ['frequency_penalty', 'presence_penalty', 'logit_bias'] },
  capabilities: {
    customTools: false,
    maxTokensField: 'max_completion_tokens',
    structuredOutput: 'schema',
    images: false,
    documents: false,
    stopLimit: 4,
  },
  models: {
    'gpt-oss-120b': {
      contextWindow: 131_072,
      thinking: 'effort',
      reasoningField: 'reasoning_effort',
      efforts: ['low', 'medium', 'high'],
    },
    'llama-3.3-70b': { contextWindow: 128_000, reasoningField: 'none' },
    'qwen-3-32b': { contextWindow: 131_072 },
    'zai-glm-4.7': { contextWindow: 131_072 },
  },
  failures: [
    { status: [429, 503], code: ['queue_exceeded'], class: 'overload', scope: 'model' },
    { status: [429], phrase: /per (?:day|hour)\b/i, class: 'rate_long', scope: 'model' },
    {
      status: [429],
      code: ['request_quota_exceeded', 'token_quota_exceeded'],
      class: 'rate_minute',
      scope: 'model',
    },
  ],
  rateScope: 'model',
  priceProvider: 'cerebras',
  source: 'https://inference-docs.cerebras.ai/support/error',
};
