import type { DialectId } from '@turnpike/protocol';
import { ANTHROPIC_MESSAGES } from './anthropic-messages';
import type { Dialect } from './dialect';
import { GEMINI_GENERATE } from './gemini-generate';
import { OPENAI_CHAT } from './openai-chat';
import { OPENAI_RESPONSES } from './openai-responses';

/** Every dialect there is. A new one is its folder and its line here. */
export const DIALECTS = {
  'openai-chat': OPENAI_CHAT,
  'openai-responses': OPENAI_RESPONSES,
  'anthropic-messages': ANTHROPIC_MESSAGES,
  'gemini-generate': GEMINI_GENERATE,
} as const satisfies Record<DialectId, Dialect> as Readonly<Record<DialectId, Dialect>>;
