import type { Vendor } from '@turnpike/protocol';
import type { EncodeTarget } from '../dialect';

/** Servers of unknown make, and whose wire they speak: they may be that vendor behind another address. */
const SPEAKS: ReadonlyMap<string, Vendor> = new Map([
  ['anthropic-compatible', 'anthropic'],
  ['openai-compatible', 'openai'],
  ['gemini-compatible', 'google'],
]);

/** True: the target can verify what `vendor` signed. No vendor accepts another's. */
export const acceptsSignature = (vendor: Vendor, { vendor: own }: Pick<EncodeTarget, 'vendor'>): boolean =>
  vendor === own || SPEAKS.get(own) === vendor;
