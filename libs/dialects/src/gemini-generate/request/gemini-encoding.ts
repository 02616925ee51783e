import { GatewayError, type JsonObject } from '@turnpike/kernel';
import type {
  CallPart,
  Capabilities,
  ChatRequest,
  LossLog,
  NameBook,
  NameRule,
  Signature,
} from '@turnpike/protocol';
import type { EncodeTarget } from '../../dialect';
import { acceptsSignature } from '../../foreign/accepts-signature';

/** Names begin with a letter or an underscore and may hold `.`, `:` and `-` as well. */
export const GEMINI_NAMES: NameRule = { illegal: /^[^a-zA-Z_]|[^a-zA-Z0-9_.:-]/g, maxLength: 128 };

/** A call as the target knows it. */
export interface SentCall {
  readonly name: string;
  /** Absent: the host knows no ids, or nobody gave the call one. */
  readonly id?: string;
}

/** What every step of one encoding needs. */
export interface GeminiEncoding {
  readonly request: ChatRequest;
  readonly target: EncodeTarget;
  readonly capabilities: Capabilities;
  /** The client speaks this dialect too: what only it knows is forwarded. */
  readonly sameDialect: boolean;
  readonly names: NameBook;
  readonly losses: LossLog;
  /** The calls encoded so far, by their ids: results say again whom they answer. */
  readonly calls: Map<string, SentCall>;
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
  return acceptsSignature(signature.vendor, target) ? signature.value : undefined;
}

/** The native form of `member`, where the client wrote it in this dialect. */
export const nativeMembers = (
  native: JsonObject | undefined,
  { sameDialect }: GeminiEncoding,
): JsonObject | undefined => (sameDialect ? native : undefined);

/** The call's id for hosts that know ids; a client of this dialect that gave it one meant it for any host. */
export function sentId(call: CallPart, { capabilities, sameDialect }: GeminiEncoding): string | undefined {
  const known = capabilities.callIds ?? (sameDialect && call.native?.id !== undefined);
  return known ? call.id : undefined;
}
