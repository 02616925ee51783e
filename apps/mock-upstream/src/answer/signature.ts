import { createHash } from 'node:crypto';

const PREFIX = 'mock-sig.';
const digest = (text: string): string =>
  createHash('sha256').update(`mock-upstream:${text}`).digest('base64url').slice(0, 32);

/** Signs thinking text the way a vendor does: opaque base64, checked when it comes back. */
export const signThinking = (text: string): string =>
  Buffer.from(`${PREFIX}${digest(text)}`).toString('base64');

/** True when `signature` is ours and, if the text came back too, belongs to that text. */
export function verifyThinking(text: string, signature: string): boolean {
  const opened = Buffer.from(signature, 'base64').toString('latin1');
  if (!opened.startsWith(PREFIX)) return false;
  return text === '' || opened === `${PREFIX}${digest(text)}`;
}
