import type { ProviderData } from '../../domain/definition';

export const githubModels: ProviderData = {
  title: 'GitHub Models',
  dialect: 'openai-chat',
  baseUrl: 'https://models.github.ai/inference',
  auth: { kind: 'bearer' },
  operations: ['embeddings'],
  headers: { 'x-github-api-version': '2022-11-28' },
  forwardHeaders: ['x-github-api-version'],
  vendor: 'github-models',
  capabilities: { maxTokensField: 'max_tokens', structuredOutput: 'schema', stopLimit: 4 },
  models: {
    'openai/gpt-5*': {
      maxTokensField: 'max_completion_tokens',
      systemRole: 'developer',
      noSampling: true,
      stopLimit: 0,
    },
    'openai/o*': {
      maxTokensField: 'max_completion_tokens',
      systemRole: 'developer',
      noSampling: true,
      stopLimit: 0,
    },
  },
  failures: [
    // Day limits roll from the first call: the stated wait is the truth, there is no midnight.
    { status: [429], phrase: /ByDay\b/i, class: 'rate_long', scope: 'model' },
    { status: [429], phrase: /ByMinute\b|UserConcurrentRequests/i, class: 'rate_minute', scope: 'model' },
    { code: ['unknown_model', 'unavailable_model'], class: 'target_gone', scope: 'none' },
    { code: ['tokens_limit_reached'], class: 'context_length', scope: 'none' },
  ],
  rateScope: 'model',
  source: 'https://docs.github.com/en/rest/models/inference',
};
