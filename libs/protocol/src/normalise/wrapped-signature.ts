import { isObject, type Json } from '@turnpike/kernel';

/**
 * What the value proves: `thinking` goes with visible text, `redacted` is encrypted thinking without text, `reasoning`
 * is an encrypted reasoning item, `call` belongs to a tool call, `unsigned` marks text that no vendor signed, `summary` is
 * a conversation that was told in short.
 */
export type WrappedKind = 'thinking' | 'redacted' | 'reasoning' | 'call' | 'unsigned' | 'summary';

/** A signature of one vendor that travels in another dialect's field. */
export interface WrappedSignature {
  readonly vendor: string;
  readonly kind: WrappedKind;
  /** The vendor's own value; empty for `unsigned`. */
  readonly value: string;
  /** Hash of the account that minted it, where a vendor's accounts do not share signatures. */
  readonly accountHash?: string;
  readonly itemId?: string;
  readonly callId?: string;
}

const OPENING = 'gw1:';
const KINDS: ReadonlySet<string> = new Set<WrappedKind>([
  'thinking',
  'redacted',
  'reasoning',
  'call',
  'unsigned',
  'summary',
]);

/** How every wrapped signature begins: one native search in a body finds them all. */
export const WRAPPED_SIGNATURE_PREFIX = Buffer.from(`${OPENING}{"v":`).toString('base64');

/** Padded standard base64, because some clients decode signatures as bytes. `v` comes first: the prefix relies on it. */
export function wrapSignature(signature: WrappedSignature): string {
  const members = {
    v: signature.vendor,
    a: signature.accountHash,
    t: signature.kind,
    s: signature.value,
    i: signature.itemId,
    c: signature.callId,
  };
  return Buffer.from(OPENING + JSON.stringify(members)).toString('base64');
}

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** undefined: not one of ours, so the value belongs to the vendor native to the dialect it came in. */
export function unwrapSignature(text: string): WrappedSignature | undefined {
  if (!text.startsWith(WRAPPED_SIGNATURE_PREFIX)) return undefined;
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  let members: unknown;
  try {
    members = JSON.parse(decoded.slice(OPENING.length));
  } catch {
    return undefined;
  }
  if (!isObject(members)) return undefined;
  const { v, t, s } = members;
  if (typeof v !== 'string' || typeof t !== 'string' || typeof s !== 'string' || !KINDS.has(t))
    return undefined;
  const accountHash = textOf(members.a);
  const itemId = textOf(members.i);
  const callId = textOf(members.c);
  return {
    vendor: v,
    kind: t as WrappedKind,
    value: s,
    ...(accountHash === undefined ? {} : { accountHash }),
    ...(itemId === undefined ? {} : { itemId }),
    ...(callId === undefined ? {} : { callId }),
  };
}
