import type { JsonObject } from '@turnpike/kernel';
import type { TextPart, Turn } from '@turnpike/protocol';
import { cacheMark } from '../../openai-content/media-parts';
import type { ChatEncoding } from './chat-encoding';
import { textPart } from './encode-parts';

/** First system block of some Anthropic clients: for Anthropic's accounting alone, and it would spoil prompt caches. */
const BILLING_HEADER = /^x-anthropic-billing-header:/;

const wanted = (parts: readonly TextPart[], encoding: ChatEncoding): TextPart[] =>
  parts.filter((part) => part.text !== '' && (encoding.sameDialect || !BILLING_HEADER.test(part.text)));

const oneMessage = (encoding: ChatEncoding): boolean =>
  encoding.capabilities.singleSystem === true || encoding.capabilities.minimalFields === true;

/** Only at the start may this upstream hear its system prompt. */
export const systemComesFirst = (encoding: ChatEncoding): boolean =>
  oneMessage(encoding) || encoding.capabilities.systemRole === 'none';

const role = (encoding: ChatEncoding): string =>
  encoding.capabilities.systemRole === 'developer' ? 'developer' : 'system';

const marked = (part: TextPart, encoding: ChatEncoding): JsonObject => ({
  ...textPart(part.text),
  ...cacheMark(part, encoding),
});

/** The system prompt: a client's own messages stay apart, other dialects' blocks become one message. */
export function encodeSystem(extra: readonly TextPart[], encoding: ChatEncoding): JsonObject[] {
  const parts = [...wanted(encoding.request.system, encoding), ...extra];
  if (parts.length === 0 || encoding.capabilities.systemRole === 'none') return [];
  if (parts.some((part) => Object.keys(cacheMark(part, encoding)).length > 0))
    return [{ role: role(encoding), content: parts.map((part) => marked(part, encoding)) }];
  if (encoding.sameDialect && !oneMessage(encoding))
    return parts.map((part) => ({ role: role(encoding), content: part.text }));
  return [{ role: role(encoding), content: parts.map((part) => part.text).join('\n\n') }];
}

/** The system prompt as words of the user's, for models without a system role; undefined for the others. */
export function systemAsWords(extra: readonly TextPart[], encoding: ChatEncoding): string | undefined {
  const parts = [...wanted(encoding.request.system, encoding), ...extra];
  if (parts.length === 0 || encoding.capabilities.systemRole !== 'none') return undefined;
  return parts.map((part) => part.text).join('\n\n');
}

export const encodeSystemTurn = (turn: Turn, encoding: ChatEncoding): JsonObject => ({
  role: role(encoding),
  content: turn.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('\n\n'),
});
