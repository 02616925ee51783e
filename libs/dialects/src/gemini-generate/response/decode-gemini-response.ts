import type { JsonObject } from '@turnpike/kernel';
import { compact, type ChatResponse, type Part } from '@turnpike/protocol';
import { textOf } from '../../answer';
import { VENDOR } from '../gemini-id';
import { readGeminiUsage } from '../usage';
import { camelMembers, camelObjects } from '../wire';
import { isPromptBlocked, readFinishReason, settleGeminiStop } from './gemini-stop';
import { readCitations } from './grounding';
import { joinParts, PartReader } from './read-parts';

/** Seconds since the epoch of an RFC 3339 time. */
export function readCreateTime(body: JsonObject): number | undefined {
  const at = Date.parse(textOf(body.createTime) ?? '');
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}

/** The first candidate: canonical answers have one. */
export const firstCandidate = (body: JsonObject): JsonObject | undefined =>
  camelObjects(body.candidates).find((candidate) => Number(candidate.index ?? 0) === 0);

/** Citations belong to the text they stand beside: the last. */
function withCitations(parts: Part[], candidate: JsonObject | undefined): Part[] {
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  const citations = readCitations(candidate?.groundingMetadata, text);
  const at = parts.findLastIndex((part) => part.kind === 'text' && part.text !== '');
  const last = parts[at];
  if (citations.length > 0 && last?.kind === 'text') parts[at] = { ...last, citations };
  return parts;
}

/** Reads a whole answer. A refused prompt is an answer that was filtered; a body without candidates ended in an error. */
export function decodeGeminiResponse(value: JsonObject, vendor = VENDOR): ChatResponse {
  const body = camelMembers(value);
  const candidate = firstCandidate(body);
  const parts = withCitations(joinParts(new PartReader(vendor).read(candidate)), candidate);
  const calls = parts.filter((part) => part.kind === 'call').length;
  const none = isPromptBlocked(body) ? 'filtered' : 'error';
  const stop = candidate ? (readFinishReason(candidate.finishReason) ?? 'end') : none;
  return compact<ChatResponse>({
    id: textOf(body.responseId),
    model: textOf(body.modelVersion),
    createdAt: readCreateTime(body),
    parts,
    stop: settleGeminiStop(stop, calls),
    usage: readGeminiUsage(body.usageMetadata),
  });
}
