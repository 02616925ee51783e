import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { argumentsObject, isWrapped, wrapSignature, type Signature } from '@turnpike/protocol';
import { readWebCitation } from '../../citations/web-citation';
import type { AnswerView } from '../../dialect';
import { VENDOR } from './decode-messages-response';

/** Characters that the Messages API takes in the id of a call. */
export const MESSAGES_CALL_ID = /^[a-zA-Z0-9_-]{1,128}$/;

const UNSIGNED = wrapSignature({ vendor: 'none', kind: 'unsigned', value: '' });

/**
 * What stands in `signature` of a thinking block: the vendor's own, another vendor's wrapped, or a marker that says
 * nobody signed. Never empty: clients send the block back and have to be able to.
 */
export function writeSignature(signature: Signature | undefined, itemId?: string): string {
  if (!signature) return UNSIGNED;
  if (signature.vendor === VENDOR) return signature.value;
  return wrapSignature({ vendor: signature.vendor, kind: 'thinking', value: signature.value, itemId });
}

/** Reasoning of another vendor that shows no text travels as redacted thinking. */
export const isHiddenReasoning = (text: string, signature: Signature | undefined): signature is Signature =>
  text === '' && signature !== undefined && signature.vendor !== VENDOR;

export const writeHiddenReasoning = ({ vendor, value }: Signature, itemId?: string): JsonObject => ({
  type: 'redacted_thinking',
  data: wrapSignature({ vendor, kind: 'reasoning', value, itemId }),
});

/** True: the client expects thinking, so that a signature of a call may travel in a block of it. */
export const expectsThinking = ({ request }: Pick<AnswerView, 'request'>): boolean => {
  const asked = request?.reasoning;
  return asked?.budget !== undefined && asked.budget !== 0 && asked.effort !== 'none';
};

/** A call has no place for a signature: that of another vendor goes before it. */
export const writeCallProof = ({ vendor, value }: Signature, callId: string): JsonObject => ({
  type: 'redacted_thinking',
  data: wrapSignature({ vendor, kind: 'call', value, callId }),
});

function writeCitation(citation: Json, text: string): JsonObject | undefined {
  if (isObject(citation) && typeof citation.type === 'string' && /_location$/.test(citation.type))
    return citation;
  const found = readWebCitation(citation, text.length);
  if (!found) return undefined;
  return {
    type: 'web_search_result_location',
    url: found.url,
    title: found.title,
    cited_text: text.slice(found.start, found.end),
    // The vendor's own index of its search; this one says that there was none.
    encrypted_index: UNSIGNED,
  };
}

/** Citations of `text` in this dialect's own words; kinds that have no place here are left out. */
export const writeCitations = (citations: readonly Json[], text: string): JsonObject[] =>
  citations.map((citation) => writeCitation(citation, text)).filter((written) => written !== undefined);

/** Citations that the vendor itself has given: those that we wrote for others it would not accept. */
export const vendorCitations = (citations: readonly Json[]): Json[] =>
  citations.filter((citation) => !isObject(citation) || !isWrapped(citation.encrypted_index));

/** A free-text tool has no place in Messages: its text becomes the one member of an object. */
export const writeInput = (args: string, custom: boolean): JsonObject =>
  custom ? { input: args } : argumentsObject(args);

/** Messages answers carry no media: the client is told what it misses. */
export const mediaNote = (mimeType: string): string => `![${mimeType}](not carried by the Messages API)`;
