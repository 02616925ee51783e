import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { argumentsObject, wrapSignature, type Signature } from '@turnpike/protocol';
import { VENDOR } from './decode-messages-response';

/** Characters that the Messages API takes in the id of a call. */
export const MESSAGES_CALL_ID = /^[a-zA-Z0-9_-]{1,128}$/;

/**
 * What stands in `signature` of a thinking block: the vendor's own, another vendor's wrapped, or a marker that says
 * nobody signed. Never empty: clients send the block back and have to be able to.
 */
export function writeSignature(signature: Signature | undefined): string {
  if (!signature) return wrapSignature({ vendor: 'none', kind: 'unsigned', value: '' });
  if (signature.vendor === VENDOR) return signature.value;
  return wrapSignature({ vendor: signature.vendor, kind: 'thinking', value: signature.value });
}

/** Reasoning of another vendor that shows no text travels as redacted thinking. */
export const isHiddenReasoning = (text: string, signature: Signature | undefined): signature is Signature =>
  text === '' && signature !== undefined && signature.vendor !== VENDOR;

export const writeHiddenReasoning = (signature: Signature): JsonObject => ({
  type: 'redacted_thinking',
  data: wrapSignature({ vendor: signature.vendor, kind: 'reasoning', value: signature.value }),
});

/** Citations in this dialect's own words; others have no place here. */
export const ownCitations = (citations: readonly Json[]): JsonObject[] =>
  citations
    .filter(isObject)
    .filter((citation) => typeof citation.type === 'string' && /_location$/.test(citation.type));

/** A free-text tool has no place in Messages: its text becomes the one member of an object. */
export const writeInput = (args: string, custom: boolean): JsonObject =>
  custom ? { input: args } : argumentsObject(args);

/** Messages answers carry no media: the client is told what it misses. */
export const mediaNote = (mimeType: string): string => `![${mimeType}](not carried by the Messages API)`;
