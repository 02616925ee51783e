import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { wrapSignature, type CallPart, type Signature } from '@turnpike/protocol';
import { textOf } from '../../answer';

/** Chat carries any printable id; what is longer than this, clients have been seen to cut. */
export const CHAT_CALL_ID = /^[\x21-\x7e]{1,128}$/;

const ANTHROPIC_FORMAT = 'anthropic-claude-v1';

/**
 * A reasoning detail whose signature can come back: the vendor's own where the format names it, else wrapped, so that
 * it is recognised whatever the client makes of the format.
 */
export function writeSignedReasoning(text: string, signature: Signature, index: number): JsonObject {
  const native = signature.vendor === 'anthropic';
  const value = native
    ? signature.value
    : wrapSignature({
        vendor: signature.vendor,
        kind: text === '' ? 'reasoning' : 'thinking',
        value: signature.value,
      });
  const format = native ? ANTHROPIC_FORMAT : 'unknown';
  if (text === '') return { type: 'reasoning.encrypted', data: value, format, index };
  return { type: 'reasoning.text', text, signature: value, format, index };
}

export const writeRedactedReasoning = (data: string, index: number): JsonObject => ({
  type: 'reasoning.encrypted',
  data,
  format: ANTHROPIC_FORMAT,
  index,
});

/** Members of a call beside its arguments. `index` only in streams. */
export function writeCallHead(call: Omit<CallPart, 'args' | 'kind'>, id: string): JsonObject {
  const google =
    call.signature?.vendor === 'google' ? { thought_signature: call.signature.value } : undefined;
  return { id, type: call.tool, ...(google ? { extra_content: { google } } : {}) };
}

/** Web citations as annotations over `[start, end)` of the content; other kinds have no place in Chat. */
export function writeAnnotations(citations: readonly Json[], start: number, end: number): JsonObject[] {
  const annotations: JsonObject[] = [];
  for (const citation of citations) {
    if (!isObject(citation)) continue;
    if (citation.type === 'url_citation') annotations.push(citation);
    else if (citation.type === 'web_search_result_location' && textOf(citation.url)) {
      const url_citation = {
        url: citation.url,
        title: textOf(citation.title) ?? '',
        start_index: start,
        end_index: end,
      };
      annotations.push({ type: 'url_citation', url_citation });
    }
  }
  return annotations;
}

export const writeImage = (mimeType: string, data: string): JsonObject => ({
  type: 'image_url',
  image_url: { url: `data:${mimeType};base64,${data}` },
});
