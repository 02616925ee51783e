import { GatewayError, type JsonObject } from '@turnpike/kernel';
import type { Capabilities, ChatRequest, LossLog, NameBook, NameRule, Signature } from '@turnpike/protocol';
import type { EncodeTarget } from '../../dialect';
import { UNKNOWN_MAKE, VENDOR } from '../gemini-id';

/** Names begin with a letter or an underscore and may hold `.`, `:` and `-` as well. */
export const GEMINI_NAMES: NameRule = { illegal: /^[^a-zA-Z_]|[^a-zA-Z0-9_.:-]/g, maxLength: 128 };

/** What every step of one encoding needs. */
export interface GeminiEncoding {
  readonly request: ChatRequest;
  readonly target: EncodeTarget;
  readonly capabilities: Capabilities;
  /** The client speaks this dialect too: what only it knows is forwarded. */
  readonly sameDialect: boolean;
  readonly names: NameBook;
  readonly losses: LossLog;
  /** Names of the calls encoded so far, by their ids: results carry both. */
  readonly callNames: Map<string, string>;
}

export function unsupported(message: string, param?: string): never {
  throw new GatewayError('unsupported_content', message, param === undefined ? {} : { param });
}

/** The signature as this target can verify it; undefined for another vendor's. */
export function ownSignature(
  signature: Signature | undefined,
  { target }: GeminiEncoding,
): string | undefined {
  if (!signature) return undefined;
  const { vendor, value } = signature;
  const own = vendor === target.vendor || (vendor === VENDOR && target.vendor === UNKNOWN_MAKE);
  return own ? value : undefined;
}

/** The native form of `member`, where the client wrote it in this dialect. */
export const nativeMembers = (
  native: JsonObject | undefined,
  { sameDialect }: GeminiEncoding,
): JsonObject | undefined => (sameDialect ? native : undefined);
