import type { Part, ReasoningPart, Signature, Vendor } from '../canonical/content';
import { unwrapSignature, WRAPPED_SIGNATURE_PREFIX } from './wrapped-signature';

/** What a value in a place for signatures proves. */
export interface Proof {
  readonly signature?: Signature;
  /** Encrypted thinking of Anthropic's that has no text. */
  readonly redacted?: string;
  readonly itemId?: string;
  /** The signature is that of a call; empty: its id is not known. */
  readonly forCall?: string;
}

const NOTHING: Proof = {};

/** A value as it came: another vendor's in a wrapping of ours, else the `native` vendor's own. */
export function readProof(value: string | undefined, native: Vendor | undefined): Proof {
  if (value === undefined || value === '') return NOTHING;
  const wrapped = unwrapSignature(value);
  // One of ours that lost its end on the way proves nothing to anybody.
  if (!wrapped && value.startsWith(WRAPPED_SIGNATURE_PREFIX)) return NOTHING;
  if (!wrapped) return native === undefined ? NOTHING : { signature: { vendor: native, value } };
  if (wrapped.kind === 'unsigned') return NOTHING;
  if (wrapped.kind === 'redacted') return { redacted: wrapped.value };
  const { vendor, itemId } = wrapped;
  const proof: Proof = { signature: { vendor, value: wrapped.value } };
  if (wrapped.kind === 'call') return { ...proof, forCall: wrapped.callId ?? '' };
  return itemId === undefined ? proof : { ...proof, itemId };
}

/** True: a value that we wrapped, whole or not. */
export const isWrapped = (value: unknown): boolean =>
  typeof value === 'string' && value.startsWith(WRAPPED_SIGNATURE_PREFIX);

const isCallProof = (part: Part): part is ReasoningPart & { readonly forCall: string } =>
  part.kind === 'reasoning' && part.forCall !== undefined;

/** Which signature each call of the list gets, by the call's place. Passes the list twice, however many proofs it holds. */
function signaturesOf(parts: readonly Part[]): Map<number, Signature> {
  const places = new Map<string, number>();
  for (const [at, part] of parts.entries()) if (part.kind === 'call') places.set(part.id, at);
  const signed = new Map<number, Signature>();
  let next = -1;
  for (let at = parts.length - 1; at >= 0; at--) {
    const part = parts[at];
    if (part?.kind === 'call') next = at;
    if (!part || !isCallProof(part) || !part.signature) continue;
    const call = part.forCall === '' ? next : (places.get(part.forCall) ?? -1);
    if (call >= 0) signed.set(call, part.signature);
  }
  return signed;
}

/**
 * Puts signatures that travelled beside their calls back where they belong, and drops the blocks that carried them. A
 * proof whose call is gone goes with it. The list itself where there are none, which is the common case.
 */
export function settleCallProofs<P extends Part>(parts: P[]): P[] {
  if (!parts.some(isCallProof)) return parts;
  const signed = signaturesOf(parts);
  return parts.flatMap((part, at): P[] => {
    if (isCallProof(part)) return [];
    const signature = signed.get(at);
    return part.kind === 'call' && signature && !part.signature ? [{ ...part, signature }] : [part];
  });
}
