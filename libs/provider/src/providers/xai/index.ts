import type { ProviderData } from '../../domain/definition';

export const xai: ProviderData = {
  title: 'xAI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.x.ai/v1',
  auth: { kind: 'bearer' },
  operations: ['image-generations'],
  forwardHeaders: ['x-grok-conv-id'],
  vendor: 'xai',
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'schema',
    reasoningField: 'none',
  },
  models: {
    'grok-3*': { contextWindow: 131_072, images: false },
    'grok-3-mini*': { reasoningField: 'reasoning_effort', efforts: ['low', 'high'], thinking: 'effort' },
    // Grok 4 reasons always and refuses penalties and stop sequences.
    'grok-4*': { contextWindow: 256_000, stopLimit: 0 },
    'grok-4-fast*': { contextWindow: 2_000_000 },
    'grok-4-1-fast*': { contextWindow: 2_000_000 },
    'grok-4.*': { contextWindow: 500_000 },
    'grok-4.20*': { contextWindow: 1_000_000 },
    'grok-4.3*': { contextWindow: 1_000_000 },
    'grok-code-fast-1': { contextWindow: 256_000, images: false, stopLimit: 0 },
  },
  failures: [
    { code: ['subscription:free-usage-exhausted'], class: 'rate_long', scope: 'model' },
    {
      phrase: /used all (?:of your )?available credits|spending limit|have any credits/i,
      class: 'credit',
      scope: 'credential',
    },
    { code: ['unauthenticated:*'], class: 'auth', scope: 'credential' },
    { status: [429], phrase: /\bteam\b.{0,80}\bmodel\b/i, class: 'rate_minute', scope: 'model' },
    {
      status: [400, 401, 403],
      phrase: /incorrect api key|api key (?:is )?(?:blocked|disabled|invalid)/i,
      class: 'auth',
      scope: 'credential',
    },
  ],
  priceProvider: 'x-ai',
  source: 'https://docs.x.ai/docs/key-information/debugging',
};
