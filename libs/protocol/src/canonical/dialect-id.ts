/** Wire dialects. A dialect is both a front door and an upstream format. */
export type DialectId = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini-generate';

export const DIALECT_IDS: readonly DialectId[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini-generate',
];

/** Wire formats that targets speak: every dialect, and those that are no front door. */
export type UpstreamDialectId = DialectId | 'bedrock-converse' | 'cohere-chat' | 'ollama-chat';

export const UPSTREAM_DIALECT_IDS: readonly UpstreamDialectId[] = [
  ...DIALECT_IDS,
  'bedrock-converse',
  'cohere-chat',
  'ollama-chat',
];
