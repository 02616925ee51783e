import type { ProviderData } from '../../domain/definition';

export const moonshot: ProviderData = {
  title: 'Moonshot AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.moonshot.ai/v1',
  auth: { kind: 'bearer' },
  vendor: 'moonshot',
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'schema',
    reasoningField: 'thinking',
    documents: false,
  },
  models: {
    'moonshot-v1-8k*': { contextWindow: 8_192, structuredOutput: 'json', reasoningField: 'none' },
    'moonshot-v1-32k*': { contextWindow: 32_768, structuredOutput: 'json', reasoningField: 'none' },
    'moonshot-v1-128k*': { contextWindow: 131_072, structuredOutput: 'json', reasoningField: 'none' },
    'kimi-k2*': { contextWindow: 262_144 },
    'kimi-k2-0711*': { contextWindow: 131_072 },
    'kimi-k2-thinking*': { echoReasoning: true },
    'kimi-k2.*': { echoReasoning: true, noSampling: true },
    'kimi-k3*': { contextWindow: 1_048_576, echoReasoning: true, noSampling: true },
  },
  failures: [
    { code: ['engine_overloaded_error'], class: 'overload', scope: 'model' },
    { code: ['exceeded_current_quota_error'], class: 'credit', scope: 'credential' },
    { code: ['rate_limit_reached_error'], phrase: /\bTPD\b|per day/i, class: 'rate_long', scope: 'group' },
    { code: ['rate_limit_reached_error'], class: 'rate_minute', scope: 'group' },
    { code: ['content_filter'], class: 'content_filter', scope: 'none' },
    { code: ['access_terminated_error', 'permission_denied_error'], class: 'auth', scope: 'credential' },
    { status: [404], code: ['resource_not_found_error'], class: 'target_gone', scope: 'none' },
    { status: [400], phrase: /exceeded model token limit/i, class: 'context_length', scope: 'none' },
  ],
  rateScope: 'group',
  priceProvider: 'moonshotai',
  source: 'https://platform.moonshot.ai/docs/api/chat',
};
