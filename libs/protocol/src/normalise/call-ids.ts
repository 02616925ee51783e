import { createHash } from 'node:crypto';
import type { Part, Turn } from '../canonical/content';

export interface CallIdRule {
  readonly legal: RegExp;
  /** A legal id out of a SHA-256 digest. */
  readonly mint: (digest: Buffer) => string;
}

const mintHex = (digest: Buffer): string => `call_${digest.toString('hex').slice(0, 24)}`;

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** OpenAI takes any characters up to 40 of them. */
export const CHAT_CALL_IDS: CallIdRule = { legal: /^[\x21-\x7e]{1,40}$/, mint: mintHex };
export const MESSAGES_CALL_IDS: CallIdRule = { legal: /^[a-zA-Z0-9_-]{1,64}$/, mint: mintHex };
/** Mistral: exactly nine letters or digits. */
export const MISTRAL_CALL_IDS: CallIdRule = {
  legal: /^[a-zA-Z0-9]{9}$/,
  mint: (digest) => Array.from(digest.subarray(0, 9), (byte) => ALPHANUMERIC[byte % 62]).join(''),
};

/** The id itself where it is legal, else a hash of it: the same on the call and on its result. */
export const legalCallId = (id: string, rule: CallIdRule): string =>
  rule.legal.test(id) ? id : rule.mint(createHash('sha256').update(id).digest());

function withLegalId(part: Part, rule: CallIdRule): Part {
  if (part.kind === 'call') return { ...part, id: legalCallId(part.id, rule) };
  if (part.kind === 'result') return { ...part, callId: legalCallId(part.callId, rule) };
  return part;
}

const hasId = ({ kind }: Part): boolean => kind === 'call' || kind === 'result';

export const legaliseCallIds = (turns: readonly Turn[], rule: CallIdRule): Turn[] =>
  turns.map((turn) =>
    turn.parts.some(hasId) ? { ...turn, parts: turn.parts.map((part) => withLegalId(part, rule)) } : turn,
  );
