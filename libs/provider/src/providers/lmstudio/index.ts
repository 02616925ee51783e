import type { ProviderData } from '../../domain/definition';

export const lmstudio: ProviderData = {
  title: 'LM Studio',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:1234/v1',
  auth: { kind: 'bearer' },
  operations: ['completions', 'embeddings'],
  wires: { completions: { '*': 'native' } },
  vendor: 'lmstudio',
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'schema',
    singleSystem: true,
    reasoningField: 'none',
    documents: false,
  },
  models: { '*deepseek-r1*': { thinkTag: 'think' }, '*qwq*': { thinkTag: 'think' } },
  failures: [
    {
      status: [400, 404],
      phrase: /no models? loaded|failed to load model/i,
      class: 'overload',
      scope: 'model',
    },
    {
      status: [400, 500],
      phrase: /greater than the context length|context length/i,
      class: 'context_length',
      scope: 'none',
    },
  ],
  privateNetwork: true,
  keyless: true,
  source: 'https://lmstudio.ai/docs/app/api/endpoints/openai',
};
