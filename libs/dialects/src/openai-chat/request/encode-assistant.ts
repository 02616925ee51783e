import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import {
  argumentsText,
  partText,
  unwrapSignature,
  type CallPart,
  type MediaPart,
  type Part,
  type ReasoningPart,
  type Turn,
} from '@turnpike/protocol';
import { customArguments } from '../../schema';
import { nativeMembers, type ChatEncoding } from './chat-encoding';
import { encodeMedia, encodeOpaque } from './encode-parts';

function encodeCall(call: CallPart, encoding: ChatEncoding): JsonObject {
  const name = encoding.names.wireName(call);
  const native = encoding.sameDialect ? call.native : undefined;
  if (call.tool === 'custom' && encoding.customTools)
    return { id: call.id, type: 'custom', custom: { name, input: call.args }, ...native };
  const args = call.tool === 'custom' ? stringifyJson(customArguments(call.args)) : argumentsText(call.args);
  return { id: call.id, type: 'function', function: { name, arguments: args }, ...native };
}

/**
 * Text of an assistant turn. Neighbouring texts are one text that was cut by citations; a call between them is a break.
 */
function assistantText(parts: readonly Part[], encoding: ChatEncoding): string {
  let text = '';
  let broken = false;
  for (const part of parts) {
    if (part.kind === 'call') broken = text !== '';
    const more = wordsOf(part, encoding);
    if (more === undefined || more === '') continue;
    text += broken ? `\n\n${more}` : more;
    broken = false;
  }
  return text;
}

function wordsOf(part: Part, encoding: ChatEncoding): string | undefined {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'opaque') {
    const raw = encodeOpaque(part, encoding);
    return typeof raw?.text === 'string' ? raw.text : undefined;
  }
  if (part.kind !== 'image' && part.kind !== 'file') return undefined;
  if (part.kind === 'image' && encoding.sameDialect) return undefined;
  encoding.losses.dropped(`assistant_${part.kind}`);
  return partText(part) ?? `[${part.kind} omitted]`;
}

const isOurs = (detail: Json): boolean => {
  if (!isObject(detail)) return false;
  return [detail.signature, detail.data].some(
    (v) => typeof v === 'string' && unwrapSignature(v) !== undefined,
  );
};

/** Reasoning as this upstream takes it back; most take none. */
function reasoningMembers(parts: readonly Part[], encoding: ChatEncoding): JsonObject {
  const reasoning = parts.filter((part): part is ReasoningPart => part.kind === 'reasoning');
  const { echoReasoning, reasoningDetails } = encoding.capabilities;
  const details = reasoning.flatMap((part) => part.raw ?? []).filter((detail) => !isOurs(detail));
  if (reasoningDetails === true && details.length > 0) return { reasoning_details: details };
  if (echoReasoning === true && parts.some((part) => part.kind === 'call'))
    return {
      reasoning_content: reasoning.map((part) => part.text ?? part.summary?.join('\n\n') ?? '').join(''),
    };
  if (reasoning.length > 0) encoding.losses.dropped('reasoning');
  return {};
}

/** One assistant message; undefined when nothing of the turn can be said to this upstream. */
export function encodeAssistant(turn: Turn, encoding: ChatEncoding): JsonObject | undefined {
  const { parts } = turn;
  const calls = parts.filter((part) => part.kind === 'call').map((call) => encodeCall(call, encoding));
  const text = assistantText(parts, encoding);
  const refusal = parts
    .filter((part) => part.kind === 'refusal')
    .map((part) => part.text)
    .join('');
  const images = encoding.sameDialect ? parts.filter((part): part is MediaPart => part.kind === 'image') : [];
  const native = nativeMembers(turn, encoding);
  const reasoning = reasoningMembers(parts, encoding);
  if (text === '' && refusal === '' && calls.length === 0 && images.length === 0 && native === undefined)
    return undefined;
  return {
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
    ...(refusal === '' ? {} : { refusal }),
    ...(images.length === 0 ? {} : { images: images.map((image) => encodeMedia(image, encoding)) }),
    ...reasoning,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...native,
  };
}
