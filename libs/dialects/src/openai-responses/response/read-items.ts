import { isObject, stringifyJson, type JsonObject } from '@turnpike/kernel';
import {
  compact,
  sniffMimeType,
  type CallPart,
  type Part,
  type Phase,
  type ReasoningPart,
  type RefusalPart,
  type TextPart,
} from '@turnpike/protocol';
import { objectsOf, textOf } from '../../answer';
import { VENDOR } from '../responses-name';
import { readAnnotations } from '../../openai-content/annotations';

const joinTexts = (parts: readonly JsonObject[], separator: string): string =>
  parts
    .map((part) => textOf(part.text))
    .filter((text) => text !== undefined)
    .join(separator);

/** Between the paragraphs of a summary. */
export const PARAGRAPH = '\n\n';

/** What a reasoning item shows: its summary, else the raw text that open models give. */
export const reasoningText = (item: JsonObject): string =>
  joinTexts(objectsOf(item.summary), PARAGRAPH) || joinTexts(objectsOf(item.content), '');

export const isCall = (type: unknown): boolean => type === 'function_call' || type === 'custom_tool_call';

/** Arguments as text; an object is understood as well. */
export function argumentText(item: JsonObject): string {
  const value = item.type === 'custom_tool_call' ? item.input : item.arguments;
  if (typeof value === 'string') return value;
  return isObject(value) || Array.isArray(value) ? stringifyJson(value) : '';
}

export const callHead = (item: JsonObject): Omit<CallPart, 'args'> | undefined => {
  const name = textOf(item.name);
  if (name === undefined) return undefined;
  return compact<Omit<CallPart, 'args'>>({
    kind: 'call',
    id: textOf(item.call_id) ?? textOf(item.id) ?? '',
    name,
    tool: item.type === 'custom_tool_call' ? 'custom' : 'function',
    namespace: textOf(item.namespace),
  });
};

function toCall(item: JsonObject): CallPart | undefined {
  const head = callHead(item);
  const text = argumentText(item);
  const blank = head?.tool === 'function' && text.trim() === '';
  return head && { ...head, args: blank ? '{}' : text };
}

function toReasoning(item: JsonObject, vendor: string): ReasoningPart | undefined {
  const text = reasoningText(item);
  const value = textOf(item.encrypted_content);
  if (text === '' && value === undefined) return undefined;
  return compact<ReasoningPart>({
    kind: 'reasoning',
    text: text === '' ? undefined : text,
    signature: value === undefined ? undefined : { vendor, value },
    itemId: textOf(item.id),
  });
}

const PHASES: readonly Phase[] = ['commentary', 'final_answer'];

/** What the words of a message are; undefined where nobody says so, or in words that nobody knows. */
export const phaseOf = (item: JsonObject): Phase | undefined => PHASES.find((phase) => phase === item.phase);

/** One part of a message; undefined: it says nothing. */
function toReply(part: JsonObject, phase: Phase | undefined): TextPart | RefusalPart | undefined {
  const refusal = textOf(part.refusal);
  if (refusal !== undefined) return { kind: 'refusal', text: refusal };
  const text = textOf(part.text);
  const citations = readAnnotations(part.annotations);
  if (text === undefined) return undefined;
  return compact<TextPart>({
    kind: 'text',
    text,
    phase,
    citations: citations.length > 0 ? citations : undefined,
  });
}

/** A drawn image that came with its bytes. */
export function drawnImage(item: JsonObject): { mimeType: string; data: string } | undefined {
  const data = item.type === 'image_generation_call' ? textOf(item.result) : undefined;
  if (data === undefined) return undefined;
  const format = textOf(item.output_format);
  return { mimeType: sniffMimeType(data) ?? `image/${format ?? 'png'}`, data };
}

/** The parts of one output item. */
export function readItem(item: JsonObject, vendor: string): Part[] {
  switch (item.type) {
    case 'message': {
      const phase = phaseOf(item);
      if (typeof item.content === 'string' && item.content !== '')
        return [compact<Part>({ kind: 'text', text: item.content, phase })];
      return objectsOf(item.content)
        .map((part) => toReply(part, phase))
        .filter((part) => part !== undefined);
    }
    case 'reasoning':
      return [toReasoning(item, vendor)].filter((part) => part !== undefined);
    case 'function_call':
    case 'custom_tool_call':
      return [toCall(item)].filter((part) => part !== undefined);
    default: {
      const image = drawnImage(item);
      if (image) return [{ kind: 'image', source: { kind: 'base64', ...image } }];
      return [{ kind: 'opaque', vendor: VENDOR, raw: item }];
    }
  }
}
