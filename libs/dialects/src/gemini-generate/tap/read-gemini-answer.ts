import { isObject, type JsonObject } from '@turnpike/kernel';
import { readVendorError, textOf } from '../../answer';
import type { AnswerReading } from '../../dialect';
import { firstCandidate } from '../response/decode-gemini-response';
import { isPromptBlocked, readFinishReason, settleGeminiStop, stopError } from '../response/gemini-stop';
import { PartReader, type SaidPart } from '../response/read-parts';
import { readGeminiUsage } from '../usage';
import { camelMembers } from '../wire';

/** Bytes that a part says. */
export function partBytes(part: SaidPart): number {
  if (part.kind === 'call') return Buffer.byteLength(part.args);
  return 'text' in part ? Buffer.byteLength(part.text) : 0;
}

/** True: a client sees something of it. */
export const saysSomething = (part: SaidPart): boolean => !('text' in part) || part.text !== '';

function readBody(body: JsonObject): AnswerReading {
  const candidate = firstCandidate(body);
  const parts = new PartReader().read(candidate);
  const calls = parts.filter((part) => part.kind === 'call').length;
  const reason = candidate ? (readFinishReason(candidate.finishReason) ?? 'end') : undefined;
  const stop = reason ?? (isPromptBlocked(body) ? 'filtered' : undefined);
  const broken = stop === 'error' || stop === 'malformed_call';
  const error = body.error ? readVendorError(body.error) : broken ? stopError(candidate) : undefined;
  const usage = readGeminiUsage(body.usageMetadata);
  const model = textOf(body.modelVersion);
  return {
    content: parts.some(saysSomething),
    textBytes: parts.reduce((sum, part) => sum + partBytes(part), 0),
    ...(usage && { usage }),
    ...(stop && { stop: settleGeminiStop(stop, calls) }),
    ...(error && { error }),
    ...(model !== undefined && { model }),
  };
}

/** What a whole answer says about itself; errors also come in a list. @throws SyntaxError when the body is not JSON. */
export function readGeminiAnswer(body: Buffer): AnswerReading {
  const parsed: unknown = JSON.parse(body.toString('utf8'));
  const value: unknown = Array.isArray(parsed) ? parsed.find(isObject) : parsed;
  return isObject(value) ? readBody(camelMembers(value)) : { content: false, textBytes: 0 };
}
