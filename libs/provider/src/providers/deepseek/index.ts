import type { ProviderData } from '../../domain/definition';

export const deepseek: ProviderData = {
  title: 'DeepSeek',
  dialect: 'openai-chat',
  baseUrl: 'https://api.deepseek.com/v1',
  auth: { kind: 'bearer' },
  operations: [],
  vendor: 'deepseek',
  // Effort words above high collapse to max; json_object is the only structured mode.
  capabilities: {
    customTools: false,
    contextWindow: 128_000,
    maxTokensField: 'max_tokens',
    structuredOutput: 'json',
    thinking: 'effort',
    reasoningField: 'thinking',
    efforts: ['none', 'high', 'max'],
    echoReasoning: true,
    images: false,
    documents: false,
    stopLimit: 16,
  },
  models: {
    'deepseek-chat': { maxOutputTokens: 8_192 },
    'deepseek-reasoner': { maxOutputTokens: 64_000 },
    'deepseek-v4-*': { contextWindow: 1_000_000 },
  },
  failures: [
    { status: [400], phrase: /content exists risk/i, class: 'content_filter', scope: 'none' },
    { status: [400], phrase: /model not exist/i, class: 'target_gone', scope: 'none' },
  ],
  priceProvider: 'deepseek',
  source: 'https://api-docs.deepseek.com/quick_start/error_codes',
};
