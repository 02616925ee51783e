import type { ProviderData } from '../../domain/definition';

export const openrouter: ProviderData = {
  title: 'OpenRouter',
  dialect: 'openai-chat',
  baseUrl: 'https://openrouter.ai/api/v1',
  auth: { kind: 'bearer' },
  operations: ['completions', 'embeddings'],
  wires: { completions: { '*': 'native' } },
  forwardHeaders: ['http-referer', 'x-title'],
  vendor: 'openrouter',
  quirks: { routingMembers: ['models', 'route'] },
  capabilities: {
    reasoningDetails: true,
    cacheMarks: true,
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'schema',
    reasoningField: 'reasoning',
    stopLimit: 4,
  },
  failures: [
    {
      code: ['openrouter_in_flight_budget', 'in_flight_budget_exhausted'],
      class: 'rate_minute',
      scope: 'credential',
    },
    { code: ['openrouter_free_tier_daily'], class: 'rate_long', scope: 'credential', midnight: 'UTC' },
    { phrase: /\bfree-models-per-day\b/i, class: 'rate_long', scope: 'credential', midnight: 'UTC' },
    { status: [404], phrase: /no endpoints found for\b/i, class: 'target_gone', scope: 'none' },
    {
      status: [404],
      phrase: /no (?:allowed )?(?:endpoints|providers) (?:are )?(?:found|available)/i,
      class: 'caller',
      scope: 'none',
    },
    { status: [403], phrase: /requires moderation|was flagged/i, class: 'content_filter', scope: 'none' },
  ],
  priceProvider: 'openrouter',
  source: 'https://openrouter.ai/docs/api-reference/errors',
};
