import { GatewayError, isObject, type JsonObject } from '@turnpike/kernel';
import { compact, type ChatResponse, type Choice, type Part } from '@turnpike/protocol';
import { createAnswerCallIds, usageOrEstimate } from '../../answer';
import { VENDOR } from '../gemini-id';
import { writeGeminiUsage } from '../usage';
import { writeFinishMessage, writeFinishReason } from './gemini-stop';
import type { GeminiAnswerView } from './gemini-view';
import { Grounding } from './grounding';
import { GEMINI_CALL_ID, PartWriter } from './part-writer';

function writePart(part: Part, writer: PartWriter): JsonObject[] {
  switch (part.kind) {
    case 'text':
      return writer.text(part.text, part.signature);
    case 'refusal':
      return writer.text(part.text);
    case 'reasoning':
      if (part.redacted !== undefined) return writer.redacted(part.redacted);
      return writer.wholeThought(part.text ?? part.summary?.join('\n\n') ?? '', part);
    case 'call':
      return writer.call(part);
    case 'opaque':
      return part.vendor === VENDOR && isObject(part.raw) ? [part.raw] : [];
    case 'result':
      return [];
    default:
      return part.source.kind === 'base64' ? writer.media(part.source.mimeType, part.source.data) : [];
  }
}

function groundingOf(parts: readonly Part[]): JsonObject | undefined {
  const grounding = new Grounding();
  for (const part of parts) if (part.kind === 'text') grounding.add(part.text, part.citations ?? []);
  return grounding.metadata();
}

/** Writes a whole answer. @throws GatewayError provider_error: an answer that ended in an error is none. */
export function encodeGeminiResponse(response: ChatResponse, view: GeminiAnswerView): JsonObject {
  if (response.stop === 'error' || response.stop === 'malformed_call')
    throw new GatewayError('provider_error', 'The provider ended its answer with an error.');
  const newId = createAnswerCallIds(view.id, GEMINI_CALL_ID);
  const candidate = (index: number, { parts, stop, stopDetails }: Omit<Choice, 'choice'>): JsonObject => {
    const writer = new PartWriter(view, newId);
    return compact<JsonObject>({
      content: {
        role: 'model',
        parts: [...parts.flatMap((part) => writePart(part, writer)), ...writer.flush()],
      },
      finishReason: writeFinishReason(stop),
      ...writeFinishMessage(stopDetails),
      index,
      groundingMetadata: groundingOf(parts),
    });
  };
  return {
    candidates: [
      candidate(0, response),
      ...(response.others ?? []).map((other) => candidate(other.choice, other)),
    ],
    usageMetadata: writeGeminiUsage(usageOrEstimate(response, view.inputEstimate)),
    modelVersion: view.model,
    responseId: view.id,
  };
}
