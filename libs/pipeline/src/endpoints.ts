import type { DialectId } from '@turnpike/protocol';

/** Paths behind a provider's base path, which holds the version segment. */
export const ENDPOINTS = {
  'openai-chat': { generate: '/chat/completions' },
  'anthropic-messages': { generate: '/messages', countTokens: '/messages/count_tokens' },
} as const satisfies Record<DialectId, { readonly generate: string; readonly countTokens?: string }>;
