import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities, ChatRequest, LossLog, NameBook, ReasoningPart } from '@turnpike/protocol';
import type { EncodeTarget } from '../../dialect';

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
/** A server of unknown make: it may be the native vendor behind another address. */
const UNKNOWN_MAKE = 'anthropic-compatible';

const accepts = (vendor: string, { target }: MessagesEncoding): boolean =>
  vendor === target.vendor || (vendor === NATIVE_VENDOR && target.vendor === UNKNOWN_MAKE);

/** A thinking block that this target can verify; undefined for foreign and unsigned reasoning. */
export function encodeThinkingBlock(part: ReasoningPart, encoding: MessagesEncoding): JsonObject | undefined {
  if (part.redacted !== undefined)
    return accepts(NATIVE_VENDOR, encoding) ? { type: 'redacted_thinking', data: part.redacted } : undefined;
  if (!part.signature || !accepts(part.signature.vendor, encoding)) return undefined;
  return { type: 'thinking', thinking: part.text ?? '', signature: part.signature.value };
}
