import type { ProviderData } from '../../domain/definition';

export const ollama: ProviderData = {
  title: 'Ollama',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:11434/v1',
  auth: { kind: 'bearer' },
  vendor: 'ollama',
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'schema',
    reasoningField: 'reasoning_effort',
    documents: false,
  },
  models: { 'deepseek-r1*': { thinkTag: 'think' }, 'qwq*': { thinkTag: 'think' } },
  failures: [{ status: [404], phrase: /model .{0,120}not found/i, class: 'target_gone', scope: 'none' }],
  privateNetwork: true,
  keyless: true,
  source: 'https://docs.ollama.com/api/openai-compatibility',
};
