/** Wire dialects. A dialect is both a front door and an upstream format. */
export type DialectId = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini-generate';

export const DIALECT_IDS: readonly DialectId[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini-generate',
];
