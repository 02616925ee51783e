import type { ProviderData } from '../../domain/definition';

/** Any server that speaks Chat Completions: the base URL is the configuration's. */
export const openaiCompatible: ProviderData = {
  title: 'OpenAI compatible',
  dialect: 'openai-chat',
  auth: { kind: 'bearer' },
  forwardHeaders: ['openai-beta'],
  vendor: 'openai-compatible',
  capabilities: {
    minimalFields: true,
    customTools: false,
    maxTokensField: 'max_tokens',
    systemRole: 'system',
  },
  keyless: true,
  source: 'https://platform.openai.com/docs/api-reference/chat',
};
