import type { DialectId } from '@turnpike/protocol';

/** Paths behind a provider's base path. */
export const ENDPOINTS = {
  'openai-chat': { generate: '/chat/completions' },
  'anthropic-messages': { generate: '/v1/messages', countTokens: '/v1/messages/count_tokens' },
} as const satisfies Record<DialectId, { readonly generate: string; readonly countTokens?: string }>;
