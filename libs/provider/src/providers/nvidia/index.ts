import type { ProviderData } from '../../domain/definition';

export const nvidia: ProviderData = {
  title: 'NVIDIA NIM',
  dialect: 'openai-chat',
  baseUrl: 'https://integrate.api.nvidia.com/v1',
  auth: { kind: 'bearer' },
  operations: ['embeddings'],
  vendor: 'nvidia',
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'schema',
    singleSystem: true,
    documents: false,
  },
  models: { 'deepseek-ai/deepseek-r1*': { thinkTag: 'think', images: false } },
  failures: [
    { status: [404], phrase: /function '[^']{0,80}'/i, class: 'target_gone', scope: 'none' },
    { status: [429, 503], phrase: /resource exhausted|worker/i, class: 'overload', scope: 'model' },
  ],
  source: 'https://docs.api.nvidia.com/nim/reference/llm-apis',
};
