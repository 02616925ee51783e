import type { ProviderData } from '../../domain/definition';

export const siliconflow: ProviderData = {
  title: 'SiliconFlow',
  dialect: 'openai-chat',
  baseUrl: 'https://api.siliconflow.com/v1',
  auth: { kind: 'bearer' },
  operations: ['embeddings', 'rerank', 'image-generations', 'speech', 'transcriptions'],
  vendor: 'siliconflow',
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'json',
    reasoningField: 'enable_thinking',
    documents: false,
  },
  failures: [
    { code: ['30001', '30011'], class: 'credit', scope: 'credential' },
    { code: ['20012'], class: 'target_gone', scope: 'none' },
    { code: ['30003'], class: 'target_gone', scope: 'none' },
    { code: ['50501', '50505', '50603'], class: 'overload', scope: 'model' },
    { status: [429], phrase: /\b[RT]PD limit/i, class: 'rate_long', scope: 'model' },
  ],
  rateScope: 'model',
  clockZone: 'Asia/Shanghai',
  source: 'https://docs.siliconflow.com/en/faqs/error-code',
};
