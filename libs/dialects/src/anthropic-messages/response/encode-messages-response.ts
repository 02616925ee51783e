import { GatewayError, type Json, type JsonObject } from '@turnpike/kernel';
import type { CallPart, ChatResponse, Part, ReasoningPart, TextPart } from '@turnpike/protocol';
import { createAnswerCallIds, usageOrEstimate } from '../../answer';
import type { AnswerView } from '../../dialect';
import { writeMessagesUsage } from '../usage';
import { VENDOR } from './decode-messages-response';
import { writeStopDetails, writeStopReason } from './messages-stop';
import {
  isHiddenReasoning,
  mediaNote,
  MESSAGES_CALL_ID,
  expectsThinking,
  writeCallProof,
  writeCitations,
  writeHiddenReasoning,
  writeInput,
  writeSignature,
} from './write-blocks';

function writeReasoning(part: ReasoningPart): JsonObject | undefined {
  if (part.redacted !== undefined) return { type: 'redacted_thinking', data: part.redacted };
  const text = part.text ?? part.summary?.join('\n\n') ?? '';
  const { signature, itemId } = part;
  if (isHiddenReasoning(text, signature)) return writeHiddenReasoning(signature, itemId);
  if (text === '' && !signature) return undefined;
  return { type: 'thinking', thinking: text, signature: writeSignature(signature, itemId) };
}

/** What writing a block needs to know of the answer. */
interface Answer {
  readonly newId: (id: string) => string;
  readonly thinks: boolean;
}

function writeCall(part: CallPart, { newId, thinks }: Answer): Json[] {
  const id = newId(part.id);
  const input = writeInput(part.args, part.tool === 'custom');
  const call = { type: 'tool_use', id, name: part.name, input };
  return part.signature && thinks ? [writeCallProof(part.signature, id), call] : [call];
}

function writeText(part: TextPart): JsonObject[] {
  if (part.text === '') return [];
  const citations = part.citations ? writeCitations(part.citations, part.text) : [];
  return [{ type: 'text', text: part.text, ...(citations.length > 0 ? { citations } : {}) }];
}

const present = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);

/** Nothing where this dialect can show nothing. */
function writeBlocks(part: Part, answer: Answer): Json[] {
  switch (part.kind) {
    case 'text':
      return writeText(part);
    case 'refusal':
      return [{ type: 'text', text: part.text }];
    case 'reasoning':
      return present(writeReasoning(part));
    case 'call':
      return writeCall(part, answer);
    case 'opaque':
      return part.vendor === VENDOR ? [part.raw] : [];
    case 'result':
      return [];
    default:
      return [
        { type: 'text', text: mediaNote(part.source.kind === 'base64' ? part.source.mimeType : part.kind) },
      ];
  }
}

/** Writes a whole Messages answer. @throws GatewayError provider_error: an answer that ended in an error is none. */
export function encodeMessagesResponse(response: ChatResponse, view: AnswerView): JsonObject {
  if (response.stop === 'error' || response.stop === 'malformed_call') {
    throw new GatewayError('provider_error', 'The provider ended its answer with an error.');
  }
  const newId = createAnswerCallIds(view.id, MESSAGES_CALL_ID);
  const answer: Answer = { newId, thinks: expectsThinking(view) };
  return {
    id: `msg_${view.id}`,
    type: 'message',
    role: 'assistant',
    model: view.model,
    content: response.parts.flatMap((part) => writeBlocks(part, answer)),
    stop_reason: writeStopReason(response.stop),
    stop_sequence: response.stopSequence ?? null,
    ...writeStopDetails(response.stop, response.stopDetails),
    usage: writeMessagesUsage(usageOrEstimate(response, view.inputEstimate)),
  };
}
