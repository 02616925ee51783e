import type { Json, JsonObject } from '@turnpike/kernel';
import { parseJson, stringifyJson } from '@turnpike/kernel';
import type { Answer, AnswerPart, AnswerUsage, StopKind } from '../answer/answer';
import { asText } from '../wire/member-rules';
import type { StreamStep } from '../wire/wire-dialect';
import type { WireRequest } from '../wire/wire-request';
import { callSubject } from './check-signatures';
import { geminiTraits } from './gemini-models';
import { readGeminiRequest } from './read-request';
import { showsThoughts } from './understand-gemini';

const FINISH: Record<StopKind, string> = {
  end: 'STOP',
  length: 'MAX_TOKENS',
  tool: 'STOP',
  refusal: 'SAFETY',
  stop_sequence: 'STOP',
  pause: 'STOP',
  context: 'MAX_TOKENS',
  malformed: 'MALFORMED_FUNCTION_CALL',
  blocked: 'SAFETY',
};

/** What was read counts what was cached; what was thought is not among the candidates. */
function usageOf(usage: AnswerUsage, shown: number): JsonObject {
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  return {
    promptTokenCount: prompt,
    ...(shown ? { candidatesTokenCount: shown } : {}),
    totalTokenCount: prompt + shown + usage.reasoning,
    ...(usage.cacheRead ? { cachedContentTokenCount: usage.cacheRead } : {}),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
    ...(usage.reasoning ? { thoughtsTokenCount: usage.reasoning } : {}),
  };
}

function argsOf(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return {};
  }
}

interface Writing {
  readonly showsThoughts: boolean;
  /** Calls have ids. */
  readonly callIds: boolean;
  /** Signs the next part that may carry a signature, once. */
  readonly sign: (subject: string) => JsonObject;
}

/** One signature per answer: on the first call, else on the last text. */
function writingFor(answer: Answer, wire: WireRequest): Writing {
  const traits = geminiTraits(wire.modelId ?? answer.model);
  const thoughts = answer.parts.filter((part) => part.kind === 'thinking' || part.kind === 'redacted');
  const scripted = thoughts.map((part) => (part.kind === 'thinking' ? part.signature : part.data))[0];
  let left = traits.signedCalls || thoughts.length > 0;
  return {
    showsThoughts: showsThoughts(readGeminiRequest(wire).request),
    callIds: traits.callIds,
    sign: (subject) => {
      if (!left) return {};
      left = false;
      return { thoughtSignature: scripted ?? wire.seal.sign(subject) };
    },
  };
}

/** The pieces of a part as they stream; the whole answer joins them. */
function piecesOf(part: AnswerPart, writing: Writing): JsonObject[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return part.chunks.map((text) => ({ text }));
    case 'thinking':
      return writing.showsThoughts ? part.chunks.map((text) => ({ text, thought: true })) : [];
    case 'redacted':
      return [];
    case 'image':
      return [{ inlineData: { mimeType: part.mime, data: part.data }, ...writing.sign('image') }];
    case 'tool': {
      const id = writing.callIds ? { id: part.id } : {};
      const call = { ...id, name: part.name, args: argsOf(part.args) };
      return [{ functionCall: call, ...writing.sign(callSubject(part.name)) }];
    }
  }
}

const joinPieces = (pieces: readonly JsonObject[]): JsonObject[] => {
  const joined: JsonObject[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const alike =
      last &&
      typeof last.text === 'string' &&
      typeof piece.text === 'string' &&
      last.thought === piece.thought;
    if (alike) joined[joined.length - 1] = { ...last, text: asText(last.text) + asText(piece.text) };
    else joined.push(piece);
  }
  return joined;
};

const frame = (answer: Answer, rest: JsonObject, shown: number): JsonObject => ({
  ...rest,
  ...(answer.reportsUsage ? { usageMetadata: usageOf(answer.usage, shown) } : {}),
  modelVersion: answer.model,
  responseId: `${answer.id}${answer.turn}`,
});
const candidates = (answer: Answer, parts: readonly JsonObject[], finish?: string): JsonObject => ({
  candidates: Array.from({ length: answer.choices }, (_, index) => ({
    ...(parts.length ? { content: { parts: [...parts], role: 'model' } } : {}),
    ...(finish ? { finishReason: finish } : {}),
    index,
  })),
});
const blocked: JsonObject = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } };
const shownTokens = ({ usage }: Answer): number => usage.output - usage.reasoning;

/** The whole answer as one response. */
export function writeGemini(answer: Answer, wire: WireRequest): string {
  if (answer.stop === 'blocked') return stringifyJson(frame(answer, blocked, 0));
  const writing = writingFor(answer, wire);
  const parts = joinPieces(answer.parts.flatMap((part) => piecesOf(part, writing)));
  const last = parts.at(-1);
  if (typeof last?.text === 'string' && last.thought !== true)
    parts[parts.length - 1] = { ...last, ...writing.sign('text') };
  return stringifyJson(frame(answer, candidates(answer, parts, FINISH[answer.stop]), shownTokens(answer)));
}

/** One event of a stream, or one element of the array where no events were asked for. */
function wireOf(chunk: JsonObject, at: { first: boolean; last: boolean }, wire: WireRequest): string {
  const text = stringifyJson(chunk);
  if (isEventStream(wire)) return `data: ${text}\r\n\r\n`;
  return `${at.first ? '[' : ',\r\n'}${text}${at.last ? '\r\n]' : ''}`;
}

export const isEventStream = ({ query }: WireRequest): boolean => query.get('alt') === 'sse';

/** The answer as chunks; usage grows from chunk to chunk, the last one has the reason of the end. */
export function streamGemini(answer: Answer, wire: WireRequest): StreamStep[] {
  const writing = writingFor(answer, wire);
  const pieces = answer.stop === 'blocked' ? [] : answer.parts.flatMap((part) => piecesOf(part, writing));
  const total = shownTokens(answer);
  const chunks = pieces.map((piece, i) => frame(answer, candidates(answer, [piece]), Math.min(i + 1, total)));
  const ending =
    answer.stop === 'blocked'
      ? blocked
      : candidates(answer, [{ text: '', ...writing.sign('text') }], FINISH[answer.stop]);
  chunks.push(frame(answer, ending, total));
  return chunks.map((chunk, i): StreamStep => {
    const last = i === chunks.length - 1;
    const text = wireOf(chunk, { first: i === 0, last }, wire);
    return last ? { wire: text, phase: 'end', reports: true } : { wire: text, phase: 'content' };
  });
}
