import { isObject, stringifyJson, type JsonObject } from '@turnpike/kernel';
import {
  argumentsText,
  partText,
  type CallPart,
  type Part,
  type ReasoningPart,
  type Turn,
} from '@turnpike/protocol';
import { customArguments } from '../../schema';
import { writeAnnotations } from '../../openai-content/annotations';
import { opaqueText } from './encode-parts';
import { encryptedContent, wireName, type ResponsesEncoding } from './responses-encoding';

function encodeCall(call: CallPart, encoding: ResponsesEncoding): JsonObject {
  const name = wireName(call, encoding);
  const space =
    encoding.sameDialect && call.namespace !== undefined ? { namespace: call.namespace } : undefined;
  if (call.tool === 'custom' && encoding.customTools)
    return { type: 'custom_tool_call', call_id: call.id, name, input: call.args, ...space };
  const args = call.tool === 'custom' ? stringifyJson(customArguments(call.args)) : argumentsText(call.args);
  return { type: 'function_call', call_id: call.id, name, arguments: args, ...space };
}

/** Ids of items are left out: this server has not stored them. */
function encodeReasoning(part: ReasoningPart, encrypted: string): JsonObject {
  const texts = part.summary ?? (part.text === undefined ? [] : [part.text]);
  const summary = texts.filter((text) => text !== '').map((text) => ({ type: 'summary_text', text }));
  return { type: 'reasoning', summary, encrypted_content: encrypted };
}

/** Parts of an assistant message; undefined for what is an item of its own or cannot be said. */
function encodeReply(part: Part, encoding: ResponsesEncoding): JsonObject | undefined {
  if (part.kind === 'refusal') return { type: 'refusal', refusal: part.text };
  const text = wordsOf(part, encoding);
  if (text === undefined || text === '') return undefined;
  const cited = part.kind === 'text' ? writeAnnotations(part.citations ?? [], text.length) : [];
  return { type: 'output_text', text, ...(cited.length > 0 ? { annotations: cited } : {}) };
}

function wordsOf(part: Part, encoding: ResponsesEncoding): string | undefined {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'opaque') return opaqueText(part, encoding);
  encoding.losses.dropped(`assistant_${part.kind}`);
  return partText(part) ?? `[${part.kind} omitted]`;
}

const isFollower = (item: JsonObject | undefined): boolean => item !== undefined && item.type !== 'reasoning';

/** Reasoning that leads to nothing is refused by the server: it goes with what it led to. */
function dropLooseReasoning(items: readonly JsonObject[], encoding: ResponsesEncoding): JsonObject[] {
  const last = items.findLastIndex(isFollower);
  if (last < items.length - 1) encoding.losses.dropped('reasoning');
  return items.slice(0, last + 1);
}

/** The items of one assistant turn, in its order; neighbouring texts are parts of one message. */
export function encodeAssistant(turn: Turn, encoding: ResponsesEncoding): JsonObject[] {
  const items: JsonObject[] = [];
  let content: JsonObject[] | undefined;
  const begin = (): JsonObject[] => {
    const parts: JsonObject[] = [];
    const phase = encoding.sameDialect && turn.phase !== undefined ? { phase: turn.phase } : undefined;
    items.push({ type: 'message', role: 'assistant', content: parts, ...phase });
    return parts;
  };
  for (const part of turn.parts) {
    const item = encodeItem(part, encoding);
    if (item === 'dropped') continue;
    if (item) {
      items.push(item);
      content = undefined;
      continue;
    }
    const reply = encodeReply(part, encoding);
    if (reply) (content ??= begin()).push(reply);
  }
  return dropLooseReasoning(items, encoding);
}

/** Parts that are items of their own; undefined: it belongs into a message. */
function encodeItem(part: Part, encoding: ResponsesEncoding): JsonObject | 'dropped' | undefined {
  switch (part.kind) {
    case 'call':
      return encodeCall(part, encoding);
    case 'reasoning': {
      const encrypted = encryptedContent(part, encoding);
      if (encrypted !== undefined) return encodeReasoning(part, encrypted);
      encoding.losses.dropped('reasoning');
      return 'dropped';
    }
    case 'opaque':
      return encoding.sameDialect && isObject(part.raw) ? part.raw : undefined;
    case 'image':
      return encoding.sameDialect && part.native?.type === 'image_generation_call' ? part.native : undefined;
    default:
      return undefined;
  }
}
