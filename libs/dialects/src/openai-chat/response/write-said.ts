import type { Json, JsonObject } from '@turnpike/kernel';
import { wrapSignature, type CallPart, type ReasoningPart, type Signature } from '@turnpike/protocol';
import { readWebCitations, urlCitation } from '../../citations/web-citation';
import { ANTHROPIC_FORMAT, OPENAI_FORMAT } from './reasoning-details';

/** Chat carries any printable id; what is longer than this, clients have been seen to cut. */
export const CHAT_CALL_ID = /^[\x21-\x7e]{1,128}$/;

/** Reasoning as it is kept until its end. */
export type SaidReasoning = Pick<ReasoningPart, 'signature' | 'redacted' | 'itemId'> & {
  readonly text: string;
};

/**
 * Says of a proof in its vendor's own form that we wrote it: servers of this dialect give the same form to proofs of
 * theirs. It also keeps a body that holds one from going on to another server as it is.
 */
const WRITTEN_HERE = wrapSignature({ vendor: 'none', kind: 'unsigned', value: '' });

const wrapped = ({ vendor, value }: Signature, text: string, itemId: string | undefined): string =>
  wrapSignature({ vendor, kind: text === '' ? 'reasoning' : 'thinking', value, itemId });

const anthropic = (index: number): JsonObject => ({ format: ANTHROPIC_FORMAT, id: WRITTEN_HERE, index });

/** A reasoning item of the Responses API: its summary, and what it encrypts. */
function writeItem(text: string, data: string, more: JsonObject): JsonObject[] {
  const encrypted = { type: 'reasoning.encrypted', data, format: OPENAI_FORMAT, ...more };
  return text === ''
    ? [encrypted]
    : [{ type: 'reasoning.summary', summary: text, format: OPENAI_FORMAT, ...more }, encrypted];
}

/**
 * Details that let reasoning come back: the vendor's own signature where the format names the vendor, else wrapped, so
 * that it is recognised whatever the client makes of the format. None for reasoning that nobody signed.
 */
export function writeDetails(
  { text, signature, redacted, itemId }: SaidReasoning,
  index: number,
): JsonObject[] {
  if (redacted !== undefined) return [{ type: 'reasoning.encrypted', data: redacted, ...anthropic(index) }];
  if (!signature) return [];
  if (signature.vendor === 'anthropic')
    return [{ type: 'reasoning.text', text, signature: signature.value, ...anthropic(index) }];
  const value = wrapped(signature, text, itemId);
  const id = itemId === undefined ? {} : { id: itemId };
  if (signature.vendor === 'openai') return writeItem(text, value, { ...id, index });
  if (text === '') return [{ type: 'reasoning.encrypted', data: value, format: 'unknown', index }];
  return [{ type: 'reasoning.text', text, signature: value, format: 'unknown', index }];
}

/** Google's own Chat endpoint puts the signature of a call here; other vendors' calls have theirs wrapped. */
function extraContent({ vendor, value }: Signature, callId: string): JsonObject {
  if (vendor === 'google') return { google: { thought_signature: value }, turnpike: WRITTEN_HERE };
  return { google: { thought_signature: wrapSignature({ vendor, kind: 'call', value, callId }) } };
}

/** Members of a call beside its arguments. `index` only in streams. */
export function writeCallHead(call: Omit<CallPart, 'args' | 'kind'>, id: string): JsonObject {
  if (!call.signature) return { id, type: call.tool };
  return { id, type: call.tool, extra_content: extraContent(call.signature, id) };
}

/** Web citations as annotations over `[start, end)` of the content; other kinds have no place in Chat. */
export const writeAnnotations = (citations: readonly Json[], start: number, end: number): JsonObject[] =>
  readWebCitations(citations, end - start).map((found) =>
    urlCitation({ ...found, start: found.start + start, end: found.end + start }),
  );

export const writeImage = (mimeType: string, data: string): JsonObject => ({
  type: 'image_url',
  image_url: { url: `data:${mimeType};base64,${data}` },
});
