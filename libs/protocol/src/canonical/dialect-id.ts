/** Wire dialects. A dialect is both a front door and an upstream format. */
export type DialectId = 'openai-chat' | 'anthropic-messages';

export const DIALECT_IDS: readonly DialectId[] = ['openai-chat', 'anthropic-messages'];
