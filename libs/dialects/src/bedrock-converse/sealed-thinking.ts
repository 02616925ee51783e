import type { Signature } from '@turnpike/protocol';

/** Vendor of signatures where none is told. */
export const CONVERSE_VENDOR = 'bedrock';

const SEALED = 'redacted:';

/**
 * Thinking that came encrypted whole (`redactedContent`). It travels as a signature, because the part of the canonical
 * form for such thinking belongs to another vendor.
 */
export const sealThinking = (data: string, vendor: string): Signature => ({ vendor, value: SEALED + data });

/** The base64 of encrypted thinking; undefined for an ordinary signature. */
export const sealedThinking = ({ value }: Signature): string | undefined =>
  value.startsWith(SEALED) ? value.slice(SEALED.length) : undefined;
