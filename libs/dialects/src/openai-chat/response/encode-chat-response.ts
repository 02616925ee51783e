import { GatewayError, type JsonObject } from '@turnpike/kernel';
import {
  argumentsText,
  compact,
  type CallPart,
  type ChatResponse,
  type Choice,
  type Part,
} from '@turnpike/protocol';
import { createAnswerCallIds, usageOrEstimate } from '../../answer';
import type { AnswerView } from '../../dialect';
import { writeChatUsage } from '../usage';
import { writeFinishReason } from './chat-stop';
import { answersInOldForm, inOldForm, oldFinishReason } from './old-form';
import {
  CHAT_CALL_ID,
  writeAnnotations,
  writeCallHead,
  writeDetails,
  writeImage,
  type SaidReasoning,
} from './write-said';

interface Message {
  /** How many pieces of reasoning have details. */
  proofs: number;
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
  const { signature, redacted, itemId } = part;
  const text = part.text ?? part.summary?.join('\n\n') ?? '';
  if (redacted === undefined) message.reasoning += text;
  const said = compact<SaidReasoning>({ text, signature, redacted, itemId });
  const details = writeDetails(said, message.proofs);
  if (details.length > 0) message.proofs++;
  message.details.push(...details);
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

function writeMessage(
  { parts, stopDetails }: Omit<Choice, 'choice'>,
  newId: (id: string) => string,
): JsonObject {
  const message: Message = {
    proofs: 0,
    text: '',
    refusal: '',
    reasoning: '',
    details: [],
    annotations: [],
    images: [],
    calls: [],
  };
  for (const part of parts) addPart(message, part, newId);
  const { text, reasoning, details, annotations, images, calls } = message;
  // Who withholds an answer says why in a place of his own elsewhere.
  const refusal = message.refusal || (stopDetails?.explanation ?? '');
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
  const newId = createAnswerCallIds(view.id, CHAT_CALL_ID);
  const old = answersInOldForm(view);
  const writeChoice = (index: number, choice: Omit<Choice, 'choice'>): JsonObject => ({
    index,
    message: old ? inOldForm(writeMessage(choice, newId)) : writeMessage(choice, newId),
    logprobs: null,
    finish_reason: old ? oldFinishReason(writeFinishReason(choice.stop)) : writeFinishReason(choice.stop),
  });
  return {
    id: `chatcmpl-${view.id}`,
    object: 'chat.completion',
    created: view.createdAt,
    model: view.model,
    choices: [
      writeChoice(0, response),
      ...(response.others ?? []).map((other) => writeChoice(other.choice, other)),
    ],
    usage: writeChatUsage(usageOrEstimate(response, view.inputEstimate)),
  };
}
