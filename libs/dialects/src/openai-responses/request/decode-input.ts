import { GatewayError, isObject, type Json, type JsonObject } from '@turnpike/kernel';
import {
  describeJson,
  readWord,
  refuse,
  requireObject,
  requireString,
  settleCallProofs,
  type Part,
  type TextPart,
  type Tool,
  type Turn,
} from '@turnpike/protocol';
import { textOf } from '../../answer';
import { decodeCall, decodeCallOutput } from './decode-calls';
import { decodeContent, decodeTextContent } from '../../openai-content/decode-content';
import { decodeDrawnImage } from './decode-drawn-image';
import { decodeOpaqueItem, decodeSummary, roleOfOpaque } from './decode-opaque';
import { decodeReasoningItem } from './decode-reasoning';
import { decodeToolList } from './decode-tools';

const ROLES = ['user', 'assistant', 'system', 'developer'] as const;
const PHASES = ['commentary', 'final_answer'] as const;

type GrowingTurn = Turn & { readonly parts: Part[] };

export interface Conversation {
  readonly system: TextPart[];
  readonly turns: GrowingTurn[];
  /** Tools that items of the conversation define. */
  readonly tools: Tool[];
}

interface Item {
  readonly body: JsonObject;
  readonly type: string;
  readonly param: string;
}

/** One by one: a list of the client's can be longer than what a call takes as arguments. */
function addAll<T>(list: T[], more: readonly T[]): void {
  for (const one of more) list.push(one);
}

const isReply = (part: Part): boolean => part.kind === 'text' || part.kind === 'refusal';

/** Items of the assistant's make one turn; a second message in a row, or one of another phase, begins a new one. */
function addAssistant(turns: GrowingTurn[], parts: readonly Part[], phase: Turn['phase']): void {
  const last = turns.at(-1);
  const replies = parts.some(isReply);
  const before = last?.parts.at(-1);
  // Words behind words are a message of their own.
  const apart =
    replies && ((before && isReply(before)) || (phase !== last?.phase && last?.parts.some(isReply)));
  if (last?.role !== 'assistant' || apart) {
    turns.push({ role: 'assistant', parts: [...parts], ...(phase === undefined ? {} : { phase }) });
    return;
  }
  addAll(last.parts, parts);
  if (phase !== undefined) turns[turns.length - 1] = { ...last, phase };
}

/** Results and other answers of the client's join those before them: one user turn answers one assistant turn. */
function addOutput(turns: GrowingTurn[], part: Part): void {
  const last = turns.at(-1);
  const end = last?.parts.at(-1)?.kind;
  if (last?.role === 'user' && (end === 'result' || end === 'opaque')) last.parts.push(part);
  else turns.push({ role: 'user', parts: [part] });
}

function addMessage({ body, param }: Item, conversation: Conversation): void {
  const { system, turns } = conversation;
  const role = readWord(body.role, `${param}.role`, ROLES);
  if (role === undefined) refuse(`${param}.role`, `must be one of ${ROLES.map((r) => `"${r}"`).join(', ')}`);
  const at = `${param}.content`;
  if (role === 'assistant') {
    const phase = PHASES.find((word) => word === body.phase);
    addAssistant(turns, decodeContent(body.content, at), phase);
  } else if (role === 'user') {
    if (body.content === undefined || body.content === null) refuse(at, 'is required in a user message');
    turns.push({ role: 'user', parts: decodeContent(body.content, at) });
  } else {
    const parts = decodeTextContent(body.content, at);
    if (turns.length === 0)
      addAll(
        system,
        parts.map((part) => ({ ...part, native: { role } })),
      );
    else turns.push({ role: 'system', parts, native: { role } });
  }
}

function refuseReference(item: Item): never {
  const message = `${item.param} refers to an item that is not stored on this route: send the item itself.`;
  throw new GatewayError('invalid_request', message, { param: item.param });
}

function addItem(item: Item, conversation: Conversation, known: ReadonlySet<Json | undefined>): void {
  const { body, type, param } = item;
  const { turns, tools } = conversation;
  switch (type) {
    case 'message':
      return addMessage(item, conversation);
    case 'reasoning': {
      const part = decodeReasoningItem(body);
      return part && addAssistant(turns, [part], turns.at(-1)?.phase);
    }
    case 'function_call':
    case 'custom_tool_call':
      return addAssistant(turns, [decodeCall(body, param)], turns.at(-1)?.phase);
    case 'function_call_output':
    case 'custom_tool_call_output':
      return addOutput(turns, decodeCallOutput(body, param));
    case 'additional_tools':
      return addAll(tools, decodeToolList(body.tools, `${param}.tools`));
    case 'image_generation_call': {
      const image = decodeDrawnImage(body);
      return image ? addAssistant(turns, [image], turns.at(-1)?.phase) : addOpaque(item, conversation);
    }
    case 'compaction': {
      const summary = decodeSummary(body);
      return summary ? void turns.push({ role: 'user', parts: [summary] }) : addOpaque(item, conversation);
    }
    case 'item_reference':
      return known.has(body.id) ? undefined : refuseReference(item);
    default:
      return addOpaque(item, conversation);
  }
}

function addOpaque({ body, type, param }: Item, { turns, tools }: Conversation): void {
  if (type === 'tool_search_output')
    addAll(
      tools,
      decodeToolList(body.tools, `${param}.tools`).map((tool) => ({ ...tool, inConversation: true })),
    );
  const part = decodeOpaqueItem(type, body);
  if (roleOfOpaque(type) === 'assistant') addAssistant(turns, [part], turns.at(-1)?.phase);
  else addOutput(turns, part);
}

/** An item with a role and no type is a message. */
function toItem(value: Json, param: string): Item {
  const body = requireObject(value, param);
  const type = textOf(body.type) ?? (body.role === undefined ? undefined : 'message');
  return { body, type: type ?? requireString(body.type, `${param}.type`), param };
}

/** A result that answers nothing in a conversation without state is a mistake of the client's, as it is upstream. */
function checkOutputs(items: readonly Item[]): void {
  const calls = new Set<Json | undefined>();
  for (const { body, type, param } of items) {
    if (type === 'function_call' || type === 'custom_tool_call') calls.add(body.call_id);
    else if (type !== 'function_call_output' && type !== 'custom_tool_call_output') continue;
    else if (typeof body.call_id === 'string' && !calls.has(body.call_id))
      refuse(`${param}.call_id`, 'answers no tool call: none with this id comes before it in input');
  }
}

/** `instructions` and `input`: a string, or a list of items. */
export function decodeInput(body: JsonObject): Conversation {
  const conversation: Conversation = { system: [], turns: [], tools: [] };
  const { input } = body;
  if (typeof body.instructions === 'string' && body.instructions !== '')
    conversation.system.push({ kind: 'text', text: body.instructions });
  else if (isObject(body.instructions) || Array.isArray(body.instructions))
    addAll(conversation.system, instructionItems(body.instructions));
  if (typeof input === 'string') {
    conversation.turns.push({ role: 'user', parts: [{ kind: 'text', text: input }] });
    return conversation;
  }
  const list = isObject(input) ? [input] : input;
  if (!Array.isArray(list))
    refuse('input', `must be a string or an array of items, not ${describeJson(input)}`);
  const items = list.map((value, i) => toItem(value, `input[${i}]`));
  checkOutputs(items);
  const known = new Set(items.filter((i) => i.type !== 'item_reference').map((i) => i.body.id));
  known.delete(undefined);
  for (const item of items) addItem(item, conversation, known);
  return { ...conversation, turns: conversation.turns.map(settled) };
}

function settled(turn: GrowingTurn): GrowingTurn {
  const parts = settleCallProofs(turn.parts);
  return parts === turn.parts ? turn : { ...turn, parts };
}

/** Instructions may be written as messages too. */
function instructionItems(value: JsonObject | Json[]): TextPart[] {
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((entry, i) => {
    const item = requireObject(entry, `instructions[${i}]`);
    return decodeTextContent(item.content, `instructions[${i}].content`);
  });
}
