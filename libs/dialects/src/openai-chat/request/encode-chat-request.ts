import { isObject, type JsonObject } from '@turnpike/kernel';
import {
  bookNames,
  CHAT_NAMES,
  compact,
  LossLog,
  type ChatRequest,
  type Restoration,
  type TextPart,
  type Turn,
} from '@turnpike/protocol';
import type { EncodedRequest, EncodeTarget } from '../../dialect';
import { withAutomaticMark } from '../../foreign/automatic-mark';
import { dropForeignMembers } from '../../foreign/foreign-members';
import type { ChatEncoding } from './chat-encoding';
import { reasoningText } from './encode-assistant';
import { encodeFormat } from './encode-format';
import { encodeMessages } from './encode-messages';
import { encodeParams, encodeStop } from './encode-params';
import { encodeReasoningRequest } from './encode-reasoning-request';
import { encodeTools } from './encode-tools';

function createEncoding(request: ChatRequest, target: EncodeTarget): ChatEncoding {
  const { capabilities } = target;
  const customTools = capabilities.customTools !== false && capabilities.minimalFields !== true;
  return {
    request: capabilities.cacheMarks === true ? withAutomaticMark(request) : request,
    target,
    capabilities,
    sameDialect: request.dialect === 'openai-chat',
    customTools,
    names: bookNames(request, CHAT_NAMES, !customTools),
    losses: new LossLog(),
  };
}

const lacksReasoning = ({ role, parts }: Turn): boolean =>
  role === 'assistant' && parts.some((part) => part.kind === 'call') && reasoningText(parts) === '';

/** A model that wants the reasoning behind each call back, and not an empty one, cannot think where a client has lost it. */
function withoutLostThinking(encoding: ChatEncoding): ChatEncoding {
  const { request, capabilities, losses } = encoding;
  const { echoReasoning, emptyReasoning } = capabilities;
  if (echoReasoning !== true || emptyReasoning !== false || !request.turns.some(lacksReasoning))
    return encoding;
  if (request.reasoning?.effort !== 'none') losses.dropped('thinking');
  return { ...encoding, request: { ...request, reasoning: { effort: 'none' } } };
}

/** Usage is always asked for: the ledger needs it, and the chunk is hidden from clients that did not ask. */
function encodeStream(encoding: ChatEncoding, native: JsonObject): JsonObject {
  const { request, capabilities } = encoding;
  if (!request.stream) return {};
  if (capabilities.noStreamOptions === true) return { stream: true };
  const more = isObject(native.stream_options) ? native.stream_options : {};
  return { stream: true, stream_options: { ...more, include_usage: true } };
}

function nativeTopLevel(encoding: ChatEncoding): JsonObject {
  const { request, capabilities, losses } = encoding;
  if (!encoding.sameDialect) {
    dropForeignMembers({ unknown: {} }, encoding);
    return {};
  }
  if (capabilities.minimalFields !== true) return request.native;
  for (const name of Object.keys(request.native)) losses.dropped(name);
  return {};
}

const instructionParts = (...texts: readonly (string | undefined)[]): TextPart[] =>
  texts.filter((text) => text !== undefined).map((text) => ({ kind: 'text', text }));

/**
 * The body for a Chat Completions upstream. Equal requests give equal bodies, members in one order.
 * @throws GatewayError unsupported_content, invalid_request for what has no honest translation.
 */
export function encodeChatRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const encoding = withoutLostThinking(createEncoding(request, target));
  const { stream_options: _merged, ...native } = nativeTopLevel(encoding);
  const tools = encodeTools(encoding);
  const format = encodeFormat(encoding);
  const stop = encodeStop(encoding);
  const body = compact<JsonObject>({
    model: target.model,
    messages: encodeMessages(instructionParts(tools.instruction, format.instruction), encoding),
    ...encodeStream(encoding, request.native),
    ...encodeParams(encoding),
    ...stop.members,
    ...tools.members,
    ...format.members,
    ...encodeReasoningRequest(encoding),
    ...native,
  });
  encoding.losses.count('renamed_tools', encoding.names.renamed);
  const restoration = compact<Restoration>({
    tools: encoding.names.restoration,
    ...format.restoration,
    ...stop.restoration,
    thinkTag: target.capabilities.thinkTag,
  });
  return { body, losses: encoding.losses.list(), restoration };
}
