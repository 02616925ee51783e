import { GatewayError, isObject, type JsonObject } from '@turnpike/kernel';
import { compact, type ChatResponse, type Part } from '@turnpike/protocol';
import { usageOrEstimate } from '../../answer';
import { VENDOR } from '../gemini-id';
import { writeGeminiUsage } from '../usage';
import { writeFinishReason } from './gemini-stop';
import type { GeminiAnswerView } from './gemini-view';
import { writeGrounding } from './grounding';
import { PartWriter } from './part-writer';

function writePart(part: Part, writer: PartWriter): JsonObject[] {
  switch (part.kind) {
    case 'text':
      return writer.text(part.text, part.signature);
    case 'refusal':
      return writer.text(part.text);
    case 'reasoning':
      if (part.redacted !== undefined) return writer.redacted(part.redacted);
      return writer.wholeThought(part.text ?? part.summary?.join('\n\n') ?? '', part.signature);
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

/** Writes a whole answer. @throws GatewayError provider_error: an answer that ended in an error is none. */
export function encodeGeminiResponse(response: ChatResponse, view: GeminiAnswerView): JsonObject {
  if (response.stop === 'error' || response.stop === 'malformed_call')
    throw new GatewayError('provider_error', 'The provider ended its answer with an error.');
  const writer = new PartWriter(view);
  const parts = [...response.parts.flatMap((part) => writePart(part, writer)), ...writer.flush()];
  const citations = response.parts.flatMap((part) => (part.kind === 'text' ? (part.citations ?? []) : []));
  const candidate = compact<JsonObject>({
    content: { role: 'model', parts },
    finishReason: writeFinishReason(response.stop),
    index: 0,
    groundingMetadata: writeGrounding(citations),
  });
  return {
    candidates: [candidate],
    usageMetadata: writeGeminiUsage(usageOrEstimate(response, view.inputEstimate)),
    modelVersion: view.model,
    responseId: view.id,
  };
}
