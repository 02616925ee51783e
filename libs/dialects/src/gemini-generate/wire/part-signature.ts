import { compact, readProof, wrapSignature, type ReasoningPart, type Signature } from '@turnpike/protocol';
import type { WrappedKind } from '@turnpike/protocol';
import { VENDOR } from '../gemini-id';

/** What clients and we write where the vendor wants a signature and nobody has one. */
export const SKIP_SIGNATURE = 'skip_thought_signature_validator';
const MARKERS: ReadonlySet<string> = new Set([SKIP_SIGNATURE, 'context_engineering_is_the_way_to_go']);

/** `thoughtSignature` for clients: the vendor's own as it is, another's wrapped. Both are standard base64. */
export const writeSignature = ({ vendor, value }: Signature, kind: WrappedKind, itemId?: string): string =>
  vendor === VENDOR ? value : wrapSignature({ vendor, kind, value, itemId });

export const writeRedacted = (data: string): string =>
  wrapSignature({ vendor: 'anthropic', kind: 'redacted', value: data });

/** What a `thoughtSignature` is: the part's own signature, or reasoning that only rode on this part. */
export interface PartSignature {
  readonly own?: Signature;
  readonly rider?: ReasoningPart;
}

/** `thought`: the signature stands at thought text, which is what it then signs. */
export function readPartSignature(value: string, thought: boolean): PartSignature {
  if (MARKERS.has(value)) return {};
  const { signature, redacted, itemId, forCall } = readProof(value, VENDOR);
  if (redacted !== undefined) return { rider: { kind: 'reasoning', redacted } };
  if (!signature) return {};
  if (thought || forCall !== undefined || signature.vendor === VENDOR) return { own: signature };
  return { rider: compact<ReasoningPart>({ kind: 'reasoning', signature, itemId }) };
}
