import type { ProviderData } from '../../domain/definition';
import { groqQuota } from './quota';

export const groq: ProviderData = {
  title: 'Groq',
  dialect: 'openai-chat',
  baseUrl: 'https://api.groq.com/openai/v1',
  auth: { kind: 'bearer' },
  operations: ['transcriptions', 'translations', 'speech'],
  vendor: 'groq',
  // messages[].name and n other than 1 are refused as well; they are no top-level members and stay the encoder's matter.
  quirks: { removeMembers: ['logprobs', 'top_logprobs', 'logit_bias'] },
  capabilities: {
    participantNames: false,
    customTools: false,
    maxTokensField: 'max_completion_tokens',
    structuredOutput: 'json',
    reasoningField: 'none',
    documents: false,
    stopLimit: 4,
    tiers: ['auto', 'on_demand', 'flex', 'performance'],
  },
  models: {
    'openai/gpt-oss-*': {
      contextWindow: 131_072,
      maxOutputTokens: 65_536,
      structuredOutput: 'schema',
      thinking: 'effort',
      reasoningField: 'reasoning_effort',
      efforts: ['low', 'medium', 'high'],
      images: false,
    },
    'llama-3.3-70b-versatile': { contextWindow: 131_072, maxOutputTokens: 32_768, images: false },
    'llama-3.1-8b-instant': { contextWindow: 131_072, maxOutputTokens: 131_072, images: false },
    'meta-llama/llama-4-*': { contextWindow: 131_072, maxOutputTokens: 8_192 },
    'moonshotai/kimi-k2-*': {
      contextWindow: 262_144,
      maxOutputTokens: 16_384,
      structuredOutput: 'schema',
      images: false,
    },
  },
  failures: [
    // The model wrote a bad call; the same request often works when it is sent again.
    { status: [400], code: ['tool_use_failed'], class: 'server', scope: 'model', reason: 'malformed_call' },
    { status: [498], class: 'overload', scope: 'model' },
    {
      status: [400, 403, 404],
      code: ['model_terms_required', 'model_permission_blocked_*'],
      class: 'auth',
      scope: 'model',
    },
    { status: [400, 403], code: ['organization_restricted'], class: 'auth', scope: 'group' },
  ],
  rateScope: 'model',
  quota: groqQuota,
  priceProvider: 'groq',
  source: 'https://console.groq.com/docs/errors',
};
