import type { JsonObject } from '@turnpike/kernel';
import { compact, type ChatResponse, type Choice, type Part } from '@turnpike/protocol';
import { textOf } from '../../answer';
import { VENDOR } from '../gemini-id';
import { readGeminiUsage } from '../usage';
import { camelMembers, camelObjects } from '../wire';
import {
  isPromptBlocked,
  readBlockMessage,
  readFinishMessage,
  readFinishReason,
  settleGeminiStop,
} from './gemini-stop';
import { citationsWithin, readSupports } from './grounding';
import { joinParts, PartReader } from './read-parts';

/** Seconds since the epoch of an RFC 3339 time. */
export function readCreateTime(body: JsonObject): number | undefined {
  const at = Date.parse(textOf(body.createTime) ?? '');
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}

export const candidatesOf = (body: JsonObject): readonly JsonObject[] => camelObjects(body.candidates);

/** undefined: no number at all. Of a sole candidate it may be missing. */
export function numberOfCandidate(candidate: JsonObject): number | undefined {
  const index = Number(candidate.index ?? 0);
  return Number.isSafeInteger(index) && index >= 0 ? index : undefined;
}

export const firstCandidate = (body: JsonObject): JsonObject | undefined =>
  candidatesOf(body).find((candidate) => numberOfCandidate(candidate) === 0);

/** Citations belong to the texts in which they begin. */
function withCitations(parts: Part[], candidate: JsonObject): Part[] {
  if (!candidate.groundingMetadata) return parts;
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  const supports = readSupports(candidate.groundingMetadata, text);
  let from = 0;
  return parts.map((part) => {
    if (part.kind !== 'text') return part;
    const citations = citationsWithin(supports, from, from + part.text.length);
    from += part.text.length;
    return citations.length > 0 ? { ...part, citations } : part;
  });
}

function decodeCandidate(candidate: JsonObject, vendor: string): Omit<Choice, 'choice'> {
  const parts = withCitations(joinParts(new PartReader(vendor).read(candidate)), candidate);
  const calls = parts.filter((part) => part.kind === 'call').length;
  const stop = settleGeminiStop(readFinishReason(candidate.finishReason) ?? 'end', calls);
  return compact<Omit<Choice, 'choice'>>({
    parts,
    stop,
    stopDetails: readFinishMessage(stop, candidate.finishMessage),
  });
}

function decodeOthers(body: JsonObject, vendor: string): Choice[] | undefined {
  const others = candidatesOf(body).flatMap((candidate): Choice[] => {
    const choice = numberOfCandidate(candidate);
    return choice === undefined || choice === 0 ? [] : [{ choice, ...decodeCandidate(candidate, vendor) }];
  });
  return others.length === 0 ? undefined : others;
}

/** Reads a whole answer. A refused prompt is an answer that was filtered; a body without candidates ended in an error. */
export function decodeGeminiResponse(value: JsonObject, vendor = VENDOR): ChatResponse {
  const body = camelMembers(value);
  const candidate = firstCandidate(body);
  const none: Omit<Choice, 'choice'> = isPromptBlocked(body)
    ? { parts: [], stop: 'filtered', stopDetails: readBlockMessage(body) }
    : { parts: [], stop: 'error' };
  return compact<ChatResponse>({
    id: textOf(body.responseId),
    model: textOf(body.modelVersion),
    createdAt: readCreateTime(body),
    ...(candidate ? decodeCandidate(candidate, vendor) : none),
    others: decodeOthers(body, vendor),
    usage: readGeminiUsage(body.usageMetadata),
  });
}
