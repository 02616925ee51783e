import { stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import {
  argumentsText,
  partText,
  type CallPart,
  type MediaPart,
  type Part,
  type ReasoningPart,
  type Turn,
} from '@turnpike/protocol';
import { customArguments } from '../../schema';
import { restoreDetails } from '../response/reasoning-details';
import { nativeMembers, type ChatEncoding } from './chat-encoding';
import { encodeMedia, encodeOpaque } from './encode-parts';

/** Google's own signature of a call, for servers of Google's. */
function signed(call: CallPart, { target }: ChatEncoding): JsonObject | undefined {
  const { signature } = call;
  if (signature?.vendor !== target.vendor || restoreDetails(signature.value, '')) return undefined;
  return { extra_content: { google: { thought_signature: signature.value } } };
}

function encodeCall(call: CallPart, encoding: ChatEncoding): JsonObject {
  const name = encoding.names.wireName(call);
  const native = { ...(encoding.sameDialect ? call.native : undefined), ...signed(call, encoding) };
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

/** Details as this server gave them: kept by a client of its dialect, or told in the signature that other clients keep. */
function detailsOf(part: ReasoningPart, { target, sameDialect }: ChatEncoding): readonly Json[] {
  if (sameDialect && part.raw) return part.raw;
  if (part.signature?.vendor !== target.vendor) return [];
  return restoreDetails(part.signature.value, part.text ?? '') ?? [];
}

const isReasoning = (part: Part): part is ReasoningPart => part.kind === 'reasoning';

/** The words of all reasoning of a turn. */
export const reasoningText = (parts: readonly Part[]): string =>
  parts
    .filter(isReasoning)
    .map((part) => part.text ?? part.summary?.join('\n\n') ?? '')
    .join('');

/** Reasoning as this upstream takes it back; most take none. */
function reasoningMembers(parts: readonly Part[], encoding: ChatEncoding): JsonObject {
  const reasoning = parts.filter(isReasoning);
  const { echoReasoning, emptyReasoning, reasoningDetails } = encoding.capabilities;
  const details = reasoningDetails === true ? reasoning.flatMap((part) => detailsOf(part, encoding)) : [];
  if (details.length > 0) return { reasoning_details: details };
  if (echoReasoning === true && parts.some((part) => part.kind === 'call')) {
    const reasoning_content = reasoningText(parts);
    return reasoning_content === '' && emptyReasoning === false ? {} : { reasoning_content };
  }
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
