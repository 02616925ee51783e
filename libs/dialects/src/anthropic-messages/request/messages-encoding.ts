import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities, ChatRequest, LossLog, NameBook, ReasoningPart } from '@turnpike/protocol';
import type { EncodeTarget } from '../../dialect';
import { acceptsSignature } from '../../foreign/accepts-signature';

/** What every step of one encoding needs. */
export interface MessagesEncoding {
  readonly request: ChatRequest;
  readonly target: EncodeTarget;
  readonly capabilities: Capabilities;
  /** The client speaks this dialect too: what only it knows is forwarded. */
  readonly sameDialect: boolean;
  readonly names: NameBook;
  readonly losses: LossLog;
}

/** Vendor of signatures that came unwrapped in this dialect. */
const NATIVE_VENDOR = 'anthropic';

/** A thinking block that this target can verify; undefined for foreign and unsigned reasoning. */
export function encodeThinkingBlock(
  part: ReasoningPart,
  { target }: Pick<MessagesEncoding, 'target'>,
): JsonObject | undefined {
  if (part.redacted !== undefined)
    return acceptsSignature(NATIVE_VENDOR, target)
      ? { type: 'redacted_thinking', data: part.redacted }
      : undefined;
  if (!part.signature || !acceptsSignature(part.signature.vendor, target)) return undefined;
  return { type: 'thinking', thinking: part.text ?? '', signature: part.signature.value };
}
