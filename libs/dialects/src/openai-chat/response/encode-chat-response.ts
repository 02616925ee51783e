import { GatewayError, type JsonObject } from '@turnpike/kernel';
import { argumentsText, type CallPart, type ChatResponse, type Part } from '@turnpike/protocol';
import { createAnswerCallIds, usageOrEstimate } from '../../answer';
import type { AnswerView } from '../../dialect';
import { writeChatUsage } from '../usage';
import { writeFinishReason } from './chat-stop';
import {
  CHAT_CALL_ID,
  writeAnnotations,
  writeCallHead,
  writeImage,
  writeRedactedReasoning,
  writeSignedReasoning,
} from './write-said';

interface Message {
  text: string;
  refusal: string;
  reasoning: string;
  readonly details: JsonObject[];
  readonly annotations: JsonObject[];
  readonly images: JsonObject[];
  readonly calls: JsonObject[];
}

function writeCall(call: CallPart, id: string): JsonObject {
  const head = writeCallHead(call, id);
  if (call.tool === 'custom') return { ...head, custom: { name: call.name, input: call.args } };
  return { ...head, function: { name: call.name, arguments: argumentsText(call.args) } };
}

function addReasoning(message: Message, part: Extract<Part, { kind: 'reasoning' }>): void {
  const index = message.details.length;
  if (part.redacted !== undefined) {
    message.details.push(writeRedactedReasoning(part.redacted, index));
    return;
  }
  const text = part.text ?? part.summary?.join('\n\n') ?? '';
  message.reasoning += text;
  if (part.signature) message.details.push(writeSignedReasoning(text, part.signature, index));
}

function addPart(message: Message, part: Part, newId: (id: string) => string): void {
  switch (part.kind) {
    case 'text': {
      const start = message.text.length;
      message.text += part.text;
      message.annotations.push(...writeAnnotations(part.citations ?? [], start, message.text.length));
      break;
    }
    case 'reasoning':
      addReasoning(message, part);
      break;
    case 'refusal':
      message.refusal += part.text;
      break;
    case 'call':
      message.calls.push(writeCall(part, newId(part.id)));
      break;
    case 'image':
      if (part.source.kind === 'base64')
        message.images.push(writeImage(part.source.mimeType, part.source.data));
      break;
    default:
      break;
  }
}

function writeMessage(parts: readonly Part[], answerId: string): JsonObject {
  const message: Message = {
    text: '',
    refusal: '',
    reasoning: '',
    details: [],
    annotations: [],
    images: [],
    calls: [],
  };
  const newId = createAnswerCallIds(answerId, CHAT_CALL_ID);
  for (const part of parts) addPart(message, part, newId);
  const { text, refusal, reasoning, details, annotations, images, calls } = message;
  return {
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
    refusal: refusal === '' ? null : refusal,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...(images.length === 0 ? {} : { images }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

/** Writes a whole Chat answer. @throws GatewayError provider_error: an answer that ended in an error is none. */
export function encodeChatResponse(response: ChatResponse, view: AnswerView): JsonObject {
  if (response.stop === 'error' || response.stop === 'malformed_call') {
    throw new GatewayError('provider_error', 'The provider ended its answer with an error.');
  }
  const choice = {
    index: 0,
    message: writeMessage(response.parts, view.id),
    logprobs: null,
    finish_reason: writeFinishReason(response.stop),
  };
  return {
    id: `chatcmpl-${view.id}`,
    object: 'chat.completion',
    created: view.createdAt,
    model: view.model,
    choices: [choice],
    usage: writeChatUsage(usageOrEstimate(response, view.inputEstimate)),
  };
}
