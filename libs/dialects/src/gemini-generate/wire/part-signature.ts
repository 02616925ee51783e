import {
  compact,
  unwrapSignature,
  wrapSignature,
  type ReasoningPart,
  type Signature,
} from '@turnpike/protocol';
import type { WrappedKind } from '@turnpike/protocol';
import { VENDOR } from '../gemini-id';

/** What clients and we write where the vendor wants a signature and nobody has one. */
export const SKIP_SIGNATURE = 'skip_thought_signature_validator';
const MARKERS: ReadonlySet<string> = new Set([SKIP_SIGNATURE, 'context_engineering_is_the_way_to_go']);

/** `thoughtSignature` for clients: the vendor's own as it is, another's wrapped. Both are standard base64. */
export const writeSignature = (signature: Signature, kind: WrappedKind): string =>
  signature.vendor === VENDOR
    ? signature.value
    : wrapSignature({ vendor: signature.vendor, kind, value: signature.value });

export const writeRedacted = (data: string): string =>
  wrapSignature({ vendor: 'anthropic', kind: 'redacted', value: data });

/** What a `thoughtSignature` is: the part's own signature, or reasoning that only rode on this part. */
export interface PartSignature {
  readonly own?: Signature;
  readonly rider?: ReasoningPart;
}

/** `thought`: the signature stands at thought text, which is what it then signs. */
export function readPartSignature(value: string, thought: boolean): PartSignature {
  if (value === '' || MARKERS.has(value)) return {};
  const wrapped = unwrapSignature(value);
  if (!wrapped) return { own: { vendor: VENDOR, value } };
  if (wrapped.kind === 'unsigned') return {};
  if (wrapped.kind === 'redacted' && wrapped.vendor === 'anthropic')
    return { rider: { kind: 'reasoning', redacted: wrapped.value } };
  const signature = { vendor: wrapped.vendor, value: wrapped.value };
  if (thought || wrapped.kind === 'call' || wrapped.vendor === VENDOR) return { own: signature };
  return { rider: compact<ReasoningPart>({ kind: 'reasoning', signature, itemId: wrapped.itemId }) };
}
