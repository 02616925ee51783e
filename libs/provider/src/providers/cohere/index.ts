import type { ProviderData } from '../../domain/definition';
import { cohereQuota } from './quota';

export const cohere: ProviderData = {
  title: 'Cohere',
  dialect: 'cohere-chat',
  baseUrl: 'https://api.cohere.com',
  baseUrlTail: /\/(?:v[12]|compatibility\/v1)$/,
  // The same host speaks the common dialect elsewhere.
  pathVariants: [{ dialect: 'openai-chat', prefix: '/compatibility/v1' }],
  auth: { kind: 'bearer' },
  operations: ['embeddings', 'rerank'],
  vendor: 'cohere',
  // A model without a row below is newer than this table.
  capabilities: {
    contextWindow: 256_000,
    maxOutputTokens: 8_192,
    images: false,
    documents: false,
    structuredOutput: 'schema',
    thinking: 'none',
    // For its common dialect.
    customTools: false,
    maxTokensField: 'max_tokens',
    reasoningField: 'none',
  },
  models: {
    'command-a-reasoning*': { maxOutputTokens: 32_768, thinking: 'budget' },
    'command-a-plus*': { thinking: 'budget' },
    'command-a-vision*': { contextWindow: 128_000, images: true, toolChoice: false },
    'command-r7b*': { contextWindow: 128_000, maxOutputTokens: 4_096 },
    'command-r-*': { contextWindow: 128_000, maxOutputTokens: 4_096, toolChoice: false },
    'command-r-plus*': { contextWindow: 128_000, maxOutputTokens: 4_096, toolChoice: false },
    'c4ai-aya-*': { contextWindow: 128_000, maxOutputTokens: 4_096, toolChoice: false },
    'c4ai-aya-vision-*': { contextWindow: 16_384, images: true },
  },
  failures: [
    {
      status: [429],
      phrase: /\btrial key\b.*\bper month\b|\bcalls? \/ ?month\b|\b1000 api calls\b/i,
      class: 'rate_long',
      scope: 'credential',
    },
    { status: [429], phrase: /\btrial key\b/i, class: 'rate_minute', scope: 'credential' },
    { status: [402], phrase: /\bbilling\b|\bpayment\b/i, class: 'credit', scope: 'credential' },
    { status: [400, 422], phrase: /\btoo many tokens\b/i, class: 'context_length', scope: 'none' },
    {
      status: [404],
      phrase: /\bmodel '[^']{0,120}' (?:was )?not found\b|\bmodel .{0,120}\bremoved\b/i,
      class: 'target_gone',
      scope: 'none',
    },
    { status: [498], phrase: /\bblocked\b/i, class: 'content_filter', scope: 'none' },
  ],
  quota: cohereQuota,
  source: 'https://docs.cohere.com/reference/chat',
};
