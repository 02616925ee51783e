import type { DialectId } from '@turnpike/protocol';
import { ANTHROPIC_MESSAGES } from './anthropic-messages';
import type { Dialect } from './dialect';
import { OPENAI_CHAT } from './openai-chat';

/** Every dialect there is. A new one is its folder and its line here. */
export const DIALECTS = {
  'openai-chat': OPENAI_CHAT,
  'anthropic-messages': ANTHROPIC_MESSAGES,
} satisfies Record<DialectId, Dialect>;
