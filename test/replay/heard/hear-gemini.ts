import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { parseText } from '../wire-text';
import {
  countOf,
  Hearing,
  objectOf,
  objectsOf,
  wordsOf,
  type Heard,
  type Hearer,
  type Tokens,
} from './heard';

const FILTERED = /SAFETY|RECITATION|BLOCKLIST|PROHIBITED_CONTENT|SPII|LANGUAGE|MODEL_ARMOR/;
const FAILED =
  /^(?:MALFORMED_FUNCTION_CALL|UNEXPECTED_TOOL_CALL|TOO_MANY_TOOL_CALLS|OTHER|MALFORMED_RESPONSE|MISSING_THOUGHT_SIGNATURE|IMAGE_OTHER|NO_IMAGE)$/;

/** Reasons by their numbers, as REST gives them that is asked for enums as integers. */
const NUMBERED =
  'FINISH_REASON_UNSPECIFIED STOP MAX_TOKENS SAFETY RECITATION OTHER LANGUAGE BLOCKLIST PROHIBITED_CONTENT SPII MALFORMED_FUNCTION_CALL IMAGE_SAFETY'.split(
    ' ',
  );

/** Members in either spelling. */
export const camel = (value: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      held,
    ]),
  );

function geminiTokens(given: JsonObject): Tokens | undefined {
  const usage = camel(given);
  const prompt = countOf(usage.promptTokenCount);
  const candidates = countOf(usage.candidatesTokenCount);
  const reasoning = countOf(usage.thoughtsTokenCount) ?? 0;
  if (prompt === undefined) return undefined;
  return {
    input: prompt + (countOf(usage.toolUsePromptTokenCount) ?? 0),
    cacheRead: countOf(usage.cachedContentTokenCount) ?? 0,
    cacheWrite: 0,
    output: (candidates ?? 0) + reasoning,
    reasoning,
  };
}

function hearPart(heard: Hearing, value: JsonObject, seen: Set<string>): void {
  const part = camel(value);
  if (isObject(part.functionCall)) {
    const { id, name, args } = part.functionCall;
    const key = JSON.stringify([id, name, args]);
    if (typeof id === 'string' && seen.has(key)) return;
    seen.add(key);
    heard.calls.push({ name: wordsOf(name), args: JSON.stringify(args ?? {}), free: false });
  } else if (typeof part.text === 'string') {
    if (part.thought === true) heard.reasoning += part.text;
    else heard.text += part.text;
  } else heard.others++;
}

function hearCandidate(heard: Hearing, body: JsonObject, seen: Set<string>): boolean {
  const candidates = objectsOf(body.candidates);
  heard.choices = Math.max(heard.choices, ...candidates.map((one) => 1 + (countOf(one.index) ?? 0)));
  const candidate = candidates.find((one) => (one.index ?? 0) === 0);
  if (!candidate) return false;
  const known = camel(candidate);
  for (const part of objectsOf(objectOf(known.content).parts)) hearPart(heard, part, seen);
  const told = known.finishReason;
  const reason = typeof told === 'number' ? (NUMBERED[told] ?? 'NEW') : wordsOf(told);
  if (reason === '' || reason === 'FINISH_REASON_UNSPECIFIED' || heard.end === 'error') return true;
  heard.end = FAILED.test(reason) ? 'error' : 'complete';
  heard.stop =
    reason === 'STOP'
      ? 'end'
      : reason === 'MAX_TOKENS'
        ? 'length'
        : FILTERED.test(reason)
          ? 'filtered'
          : 'other';
  if (heard.stop === 'filtered') heard.explanation ||= wordsOf(known.finishMessage);
  return true;
}

function hearChunk(
  heard: Hearing,
  value: JsonObject,
  state: { usage: JsonObject; seen: Set<string> },
): boolean {
  const body = camel(value);
  const told = Object.entries(camel(objectOf(body.usageMetadata))).filter(([, value]) => value !== null);
  state.usage = { ...state.usage, ...Object.fromEntries(told) };
  if (body.error) heard.end = 'error';
  if (hearCandidate(heard, body, state.seen)) return true;
  const { blockReason, blockReasonMessage } = camel(objectOf(body.promptFeedback));
  if (blockReason === undefined) return false;
  heard.explanation ||= wordsOf(blockReasonMessage);
  heard.end = 'complete';
  heard.stop = 'filtered';
  return true;
}

function hearAll(chunks: readonly JsonObject[]): Heard {
  const heard = new Hearing();
  const state = { usage: {}, seen: new Set<string>() };
  for (const chunk of chunks) hearChunk(heard, chunk, state);
  heard.tokens = geminiTokens(state.usage);
  return heard.done();
}

function hearWhole(body: JsonObject): Heard {
  const heard = new Hearing();
  const state = { usage: {}, seen: new Set<string>() };
  const told = hearChunk(heard, body, state);
  heard.tokens = geminiTokens(state.usage);
  if (!told) heard.end = body.error ? 'error' : 'unreadable';
  // A whole answer without a reason is whole all the same.
  else if (heard.end === 'cut') {
    heard.end = 'complete';
    heard.stop = 'other';
  }
  return heard.done();
}

const chunksOf = (value: unknown): JsonObject[] =>
  Array.isArray(value) ? (value as Json[]).filter(isObject) : isObject(value) ? [value] : [];

export const GEMINI: Hearer = {
  whole: hearWhole,
  tokens: geminiTokens,
  stream: (events) =>
    hearAll(
      events.flatMap(({ data }) => {
        const value = parseText(data);
        return value === undefined && data.trim() !== '' && data.trim() !== '[DONE]'
          ? [{ error: 'no JSON' }]
          : chunksOf(value);
      }),
    ),
};
