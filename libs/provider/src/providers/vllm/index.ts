import type { ProviderData } from '../../domain/definition';

export const vllm: ProviderData = {
  title: 'vLLM',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:8000/v1',
  auth: { kind: 'bearer' },
  operations: ['completions', 'embeddings', 'rerank', 'transcriptions', 'translations'],
  wires: { completions: { '*': 'native' } },
  vendor: 'vllm',
  // Chat templates of many models take one system message, at the start.
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'schema',
    singleSystem: true,
    reasoningField: 'none',
  },
  failures: [{ status: [404], code: ['notfounderror'], class: 'target_gone', scope: 'none' }],
  privateNetwork: true,
  keyless: true,
  source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
};
