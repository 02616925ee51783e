import type { Json, JsonObject } from '@turnpike/kernel';
import {
  otherMembers,
  readWord,
  refuse,
  requireArray,
  requireObject,
  requireString,
  settleCallProofs,
  type Part,
  type ResultPart,
  type TextPart,
  type Turn,
} from '@turnpike/protocol';
import { decodeCalls, legacyCallId, type LegacyCalls } from './decode-calls';
import { decodeContent, decodeImages, decodeTextContent } from '../../openai-content/decode-content';
import { decodeReasoning } from './decode-reasoning';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;
const USER_MEMBERS = new Set(['role', 'content']);
const ASSISTANT_MEMBERS = new Set(
  'role content refusal tool_calls function_call images reasoning reasoning_content reasoning_details thinking_blocks'.split(
    ' ',
  ),
);

type GrowingTurn = Turn & { readonly parts: Part[] };

interface Conversation {
  readonly system: TextPart[];
  readonly turns: GrowingTurn[];
}

interface Message {
  readonly body: JsonObject;
  readonly param: string;
  readonly index: number;
}

const turnOf = (role: Turn['role'], parts: Part[], native: JsonObject | undefined): GrowingTurn =>
  native === undefined ? { role, parts } : { role, parts, native };

function decodeAssistant({ body, param, index }: Message, legacy: LegacyCalls): GrowingTurn {
  const refusal =
    body.refusal === undefined || body.refusal === null
      ? []
      : [requireString(body.refusal, `${param}.refusal`)];
  const parts: Part[] = settleCallProofs<Part>([
    ...decodeReasoning(body),
    ...decodeContent(body.content, `${param}.content`),
    ...decodeImages(body.images, `${param}.images`),
    ...refusal.filter((text) => text !== '').map((text): Part => ({ kind: 'refusal', text })),
    ...decodeCalls(body, param, index, legacy),
  ]);
  return turnOf('assistant', parts, otherMembers(body, ASSISTANT_MEMBERS));
}

/** Results join those of the messages before them: one user turn answers one assistant turn. */
function addResult(turns: GrowingTurn[], result: ResultPart): void {
  const last = turns.at(-1);
  const joins = last?.role === 'user' && last.parts.at(-1)?.kind === 'result';
  if (joins) last.parts.push(result);
  else turns.push({ role: 'user', parts: [result] });
}

function decodeResult({ body, param }: Message, legacy: LegacyCalls): ResultPart {
  const parts = decodeContent(body.content, `${param}.content`);
  if (body.role === 'tool') {
    const callId = requireString(body.tool_call_id, `${param}.tool_call_id`);
    return { kind: 'result', callId, parts };
  }
  const name = requireString(body.name, `${param}.name`);
  return { kind: 'result', callId: legacyCallId(legacy, name), name, parts };
}

function addMessage(message: Message, conversation: Conversation, legacy: LegacyCalls): void {
  const { body, param } = message;
  const { system, turns } = conversation;
  const role = readWord(body.role, `${param}.role`, ROLES);
  if (role === undefined) refuse(`${param}.role`, `must be one of ${ROLES.map((r) => `"${r}"`).join(', ')}`);
  if (role === 'system' || role === 'developer') {
    const parts = decodeTextContent(body.content, `${param}.content`);
    if (turns.length === 0) system.push(...parts);
    else turns.push(turnOf('system', parts, undefined));
  } else if (role === 'tool' || role === 'function') addResult(turns, decodeResult(message, legacy));
  else if (role === 'assistant') turns.push(decodeAssistant(message, legacy));
  else {
    if (body.content === undefined || body.content === null)
      refuse(`${param}.content`, 'is required in a user message');
    turns.push(
      turnOf('user', decodeContent(body.content, `${param}.content`), otherMembers(body, USER_MEMBERS)),
    );
  }
}

/** `messages`: leading system messages apart, results in user turns, everything else in place. */
export function decodeMessages(value: Json | undefined): Conversation {
  const messages = requireArray(value, 'messages');
  if (messages.length === 0) refuse('messages', 'must hold at least one message');
  const conversation: Conversation = { system: [], turns: [] };
  const legacy: LegacyCalls = new Map();
  messages.forEach((entry, index) => {
    const param = `messages[${index}]`;
    addMessage({ body: requireObject(entry, param), param, index }, conversation, legacy);
  });
  return conversation;
}
