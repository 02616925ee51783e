import { GatewayError, type JsonObject } from '@turnpike/kernel';
import {
  CHAT_CALL_IDS,
  legaliseCallIds,
  MISTRAL_CALL_IDS,
  normaliseTurns,
  systemReminder,
  type Part,
  type ResultPart,
  type TextPart,
  type Turn,
} from '@turnpike/protocol';
import { tellFirst } from '../../foreign/tell-first';
import { nativeMembers, type ChatEncoding } from './chat-encoding';
import { encodeAssistant } from './encode-assistant';
import { encodeUserPart } from './encode-parts';
import { encodeResults } from './encode-results';
import { encodeSystem, encodeSystemTurn, systemAsWords, systemComesFirst } from './encode-system';

const isResult = (part: Part): part is ResultPart => part.kind === 'result';

/** The words of a part that is text and nothing more; undefined for media and for marked text. */
const bareText = (part: JsonObject): string | undefined =>
  part.type === 'text' && typeof part.text === 'string' && Object.keys(part).length === 2
    ? part.text
    : undefined;

function userContent(parts: readonly JsonObject[], encoding: ChatEncoding): string | JsonObject[] {
  const texts = parts.map(bareText).filter((text) => text !== undefined);
  const plain = texts.length === parts.length;
  const joins = parts.length === 1 || encoding.capabilities.minimalFields === true;
  return plain && joins ? texts.join('\n\n') : [...parts];
}

function encodeUser(turn: Turn, encoding: ChatEncoding): JsonObject[] {
  const results = turn.parts.filter(isResult);
  const parts = turn.parts
    .filter((part) => !isResult(part))
    .map((part) => encodeUserPart(part, encoding))
    .filter((part) => part !== undefined);
  const messages = encodeResults(results, encoding);
  if (parts.length === 0) return messages;
  return [
    ...messages,
    { role: 'user', content: userContent(parts, encoding), ...nativeMembers(turn, encoding) },
  ];
}

function encodeTurn(turn: Turn, encoding: ChatEncoding): JsonObject[] {
  if (turn.role === 'user') return encodeUser(turn, encoding);
  if (turn.role === 'system') return [encodeSystemTurn(turn, encoding)];
  const message = encodeAssistant(turn, encoding);
  return message === undefined ? [] : [message];
}

/** An assistant message at the end is to be continued; what cannot continue it must not answer something else. */
function encodePrefill(messages: JsonObject[], encoding: ChatEncoding): void {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return;
  const { prefill } = encoding.capabilities;
  if (prefill === true) last.prefix = true;
  else if (prefill === false || !encoding.sameDialect)
    throw new GatewayError(
      'unsupported_content',
      `Assistant prefill is not supported by this model (${encoding.target.model}): the last message must not be the assistant's.`,
      { param: 'messages' },
    );
}

/** `messages`. `instructions` are added behind the client's own system prompt. */
export function encodeMessages(instructions: readonly TextPart[], encoding: ChatEncoding): JsonObject[] {
  const { request, capabilities } = encoding;
  const placed = systemComesFirst(encoding) ? request.turns.map(systemReminder) : request.turns;
  const inTurn = capabilities.alternatingRoles === true;
  const turns = normaliseTurns(tellFirst(systemAsWords(instructions, encoding), placed), {
    merge: inTurn,
    trimBlank: false,
    startWithUser: inTurn,
  });
  const rule = capabilities.toolCallIdPattern === 'mistral9' ? MISTRAL_CALL_IDS : CHAT_CALL_IDS;
  const messages = [
    ...encodeSystem(instructions, encoding),
    ...legaliseCallIds(turns, rule).flatMap((turn) => encodeTurn(turn, encoding)),
  ];
  encodePrefill(messages, encoding);
  return messages.length > 0 ? messages : [{ role: 'user', content: '(continued)' }];
}
