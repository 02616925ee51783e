import type { DialectId, UpstreamDialectId } from '@turnpike/protocol';
import { ANTHROPIC_MESSAGES } from './anthropic-messages';
import { BEDROCK_CONVERSE } from './bedrock-converse';
import { COHERE_CHAT } from './cohere-chat';
import type { Dialect, UpstreamDialect } from './dialect';
import { GEMINI_GENERATE } from './gemini-generate';
import { OLLAMA_CHAT } from './ollama-chat';
import { OPENAI_CHAT } from './openai-chat';
import { OPENAI_RESPONSES } from './openai-responses';

/** Every dialect there is. A new one is its folder and its line here. */
export const DIALECTS = {
  'openai-chat': OPENAI_CHAT,
  'openai-responses': OPENAI_RESPONSES,
  'anthropic-messages': ANTHROPIC_MESSAGES,
  'gemini-generate': GEMINI_GENERATE,
} as const satisfies Record<DialectId, Dialect> as Readonly<Record<DialectId, Dialect>>;

/** Every wire format that a target can speak: the dialects, and those that are no front door. */
export const UPSTREAM_DIALECTS = {
  ...DIALECTS,
  'bedrock-converse': BEDROCK_CONVERSE,
  'cohere-chat': COHERE_CHAT,
  'ollama-chat': OLLAMA_CHAT,
} as const satisfies Record<UpstreamDialectId, UpstreamDialect> as Readonly<
  Record<UpstreamDialectId, UpstreamDialect>
>;
