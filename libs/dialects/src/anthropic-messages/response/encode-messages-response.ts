import { GatewayError, type Json, type JsonObject } from '@turnpike/kernel';
import type { ChatResponse, Part, ReasoningPart } from '@turnpike/protocol';
import { createAnswerCallIds, usageOrEstimate } from '../../answer';
import type { AnswerView } from '../../dialect';
import { writeMessagesUsage } from '../usage';
import { VENDOR } from './decode-messages-response';
import { writeStopReason } from './messages-stop';
import {
  isHiddenReasoning,
  mediaNote,
  MESSAGES_CALL_ID,
  ownCitations,
  writeHiddenReasoning,
  writeInput,
  writeSignature,
} from './write-blocks';

function writeReasoning(part: ReasoningPart): JsonObject | undefined {
  if (part.redacted !== undefined) return { type: 'redacted_thinking', data: part.redacted };
  const text = part.text ?? part.summary?.join('\n\n') ?? '';
  if (isHiddenReasoning(text, part.signature)) return writeHiddenReasoning(part.signature);
  if (text === '' && !part.signature) return undefined;
  return { type: 'thinking', thinking: text, signature: writeSignature(part.signature) };
}

/** undefined: nothing that this dialect can show. */
function writeBlock(part: Part, newId: (id: string) => string): Json | undefined {
  switch (part.kind) {
    case 'text': {
      const citations = ownCitations(part.citations ?? []);
      return part.text === ''
        ? undefined
        : { type: 'text', text: part.text, ...(citations.length > 0 ? { citations } : {}) };
    }
    case 'refusal':
      return { type: 'text', text: part.text };
    case 'reasoning':
      return writeReasoning(part);
    case 'call': {
      const input = writeInput(part.args, part.tool === 'custom');
      return { type: 'tool_use', id: newId(part.id), name: part.name, input };
    }
    case 'opaque':
      return part.vendor === VENDOR ? part.raw : undefined;
    case 'result':
      return undefined;
    default:
      return {
        type: 'text',
        text: mediaNote(part.source.kind === 'base64' ? part.source.mimeType : part.kind),
      };
  }
}

/** Writes a whole Messages answer. @throws GatewayError provider_error: an answer that ended in an error is none. */
export function encodeMessagesResponse(response: ChatResponse, view: AnswerView): JsonObject {
  if (response.stop === 'error' || response.stop === 'malformed_call') {
    throw new GatewayError('provider_error', 'The provider ended its answer with an error.');
  }
  const newId = createAnswerCallIds(view.id, MESSAGES_CALL_ID);
  return {
    id: `msg_${view.id}`,
    type: 'message',
    role: 'assistant',
    model: view.model,
    content: response.parts.map((part) => writeBlock(part, newId)).filter((block) => block !== undefined),
    stop_reason: writeStopReason(response.stop),
    stop_sequence: response.stopSequence ?? null,
    usage: writeMessagesUsage(usageOrEstimate(response, view.inputEstimate)),
  };
}
