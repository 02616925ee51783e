import type { ProviderData } from '../../domain/definition';
import { fireworksQuota } from './quota';

export const fireworks: ProviderData = {
  title: 'Fireworks AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  auth: { kind: 'bearer' },
  operations: ['completions', 'embeddings', 'rerank'],
  wires: { completions: { '*': 'native' } },
  vendor: 'fireworks',
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'schema',
    documents: false,
  },
  models: { 'accounts/fireworks/models/gpt-oss-*': { contextWindow: 131_072, images: false } },
  failures: [
    { status: [412], phrase: /suspended|spending limit|invoice/i, class: 'credit', scope: 'credential' },
    {
      status: [404],
      phrase: /model not found|inaccessible|not deployed/i,
      class: 'target_gone',
      scope: 'none',
    },
  ],
  quota: fireworksQuota,
  priceProvider: 'fireworks',
  source: 'https://docs.fireworks.ai/guides/inference-error-codes',
};
