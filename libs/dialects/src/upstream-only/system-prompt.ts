import type { Turn } from '@turnpike/protocol';
import type { UpstreamEncoding } from './upstream-encoding';

/** First system block of some Anthropic clients: for Anthropic's accounting alone, and it would spoil prompt caches. */
const BILLING_HEADER = /^x-anthropic-billing-header:/;

export const isSystemText = (text: string): boolean => text.trim() !== '' && !BILLING_HEADER.test(text);

/** The system prompt as one text, with the words that stand in for what the wire cannot say; undefined where it is empty. */
export function systemText(
  instructions: readonly (string | undefined)[],
  { request }: UpstreamEncoding,
): string | undefined {
  const texts = [...request.system.map((part) => part.text), ...instructions];
  const said = texts.filter((text) => text !== undefined).filter(isSystemText);
  return said.length === 0 ? undefined : said.join('\n\n');
}

/** The system prompt as the user's first words, for models that have no system role. */
export const asUserTurn = (text: string): Turn => ({ role: 'user', parts: [{ kind: 'text', text }] });
