import type { ProviderData } from '../../domain/definition';
import { mistralQuota } from './quota';

export const mistral: ProviderData = {
  title: 'Mistral',
  dialect: 'openai-chat',
  baseUrl: 'https://api.mistral.ai/v1',
  auth: { kind: 'bearer' },
  operations: ['embeddings', 'moderations', 'transcriptions'],
  vendor: 'mistral',
  quirks: {
    removeMembers: ['stream_options', 'logit_bias', 'logprobs', 'top_logprobs', 'user', 'store'],
    renamedMembers: { seed: 'random_seed' },
    words: { tool_choice: { required: 'any' } },
  },
  // An assistant turn may be prefilled with `prefix`.
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    noStreamOptions: true,
    toolCallIdPattern: 'mistral9',
    structuredOutput: 'schema',
    reasoningField: 'none',
    prefill: true,
  },
  models: {
    'mistral-large-2512': { contextWindow: 262_144 },
    'mistral-medium-3-5': { contextWindow: 262_144 },
    'mistral-small-2603': { contextWindow: 262_144 },
    'devstral-2512': { contextWindow: 262_144, images: false },
    'codestral*': { contextWindow: 256_000, images: false },
  },
  failures: [
    { code: ['3505', 'service_tier_capacity_exceeded'], class: 'overload', scope: 'model' },
    { status: [429], phrase: /service tier capacity exceeded/i, class: 'overload', scope: 'model' },
    { code: ['1300', 'rate_limited'], class: 'rate_minute', scope: 'credential' },
    {
      status: [400, 404],
      code: ['1500', 'invalid_model'],
      phrase: /model/i,
      class: 'target_gone',
      scope: 'none',
    },
  ],
  quota: mistralQuota,
  priceProvider: 'mistral',
  source: 'https://docs.mistral.ai/api',
};
