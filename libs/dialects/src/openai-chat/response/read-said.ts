import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import type { Signature } from '@turnpike/protocol';
import { listOf, objectOf, objectsOf, textOf } from '../../answer';

/** Vendor of what comes in this dialect's own fields, unless the server is known to be another's. */
export const VENDOR = 'openai';

const NONE: readonly never[] = [];

/** Text of a list of `{type: "text", text}` parts. */
const joinTexts = (parts: readonly JsonObject[]): string =>
  parts.map((part) => textOf(part.text) ?? '').join('');

/** A piece of content: what is shown and what is thought, in the order of a content list. */
export interface Piece {
  readonly kind: 'text' | 'reasoning' | 'refusal';
  readonly text: string;
}

function readContentPart(part: Json): Piece {
  if (typeof part === 'string') return { kind: 'text', text: part };
  if (!isObject(part)) return { kind: 'text', text: '' };
  if (part.type === 'thinking') {
    const text = textOf(part.thinking) ?? joinTexts(objectsOf(part.thinking));
    return { kind: 'reasoning', text };
  }
  if (part.type === 'refusal') return { kind: 'refusal', text: textOf(part.refusal) ?? '' };
  return { kind: 'text', text: textOf(part.text) ?? '' };
}

/** Mistral's list of parts, or a bare part. */
const readContentParts = (content: Json): Piece[] =>
  listOf(isObject(content) ? [content] : content)
    .map(readContentPart)
    .filter((piece) => piece.text !== '');

/** Reasoning as plain text, under one of its names: some servers send it under two. */
const plainReasoning = (message: JsonObject): string =>
  textOf(message.reasoning_content) ?? textOf(message.reasoning) ?? '';

/** Reasoning as details, which repeat the plain text where there is some. */
function detailedReasoning(message: JsonObject): string {
  if (!message.reasoning_details && !message.thinking_blocks) return '';
  const details = joinTexts(objectsOf(message.reasoning_details));
  return (
    details ||
    objectsOf(message.thinking_blocks).reduce((text, block) => text + (textOf(block.thinking) ?? ''), '')
  );
}

/**
 * Reads what a message or a delta says, reasoning first; empty pieces left out. One reader per answer: once reasoning
 * came as plain text, details that come in later deltas are its repetition.
 */
export class PieceReader {
  /** True: reasoning came as plain text. */
  plain = false;

  read(message: JsonObject): Piece[] {
    const pieces: Piece[] = [];
    const plain = plainReasoning(message);
    if (plain !== '') this.plain = true;
    const reasoning = this.plain ? plain : detailedReasoning(message);
    if (reasoning !== '') pieces.push({ kind: 'reasoning', text: reasoning });
    const { content } = message;
    if (typeof content === 'string') {
      if (content !== '') pieces.push({ kind: 'text', text: content });
    } else if (content) pieces.push(...readContentParts(content));
    const refusal = textOf(message.refusal);
    if (refusal !== undefined) pieces.push({ kind: 'refusal', text: refusal });
    return pieces;
  }
}

export interface InlineMedia {
  readonly mimeType: string;
  readonly data: string;
}

const DATA_URL = /^data:([^;,]+);base64,/;

/** Images that a model drew, as data URLs. */
export function readImages(message: JsonObject): readonly InlineMedia[] {
  if (!message.images) return NONE;
  const images: InlineMedia[] = [];
  for (const image of objectsOf(message.images)) {
    const url = textOf(objectOf(image.image_url)?.url) ?? '';
    const head = DATA_URL.exec(url);
    if (head) images.push({ mimeType: head[1] ?? '', data: url.slice(head[0].length) });
  }
  return images;
}

/** One call or a fragment of one. Absent members are undefined; arguments are text also where an object came. */
export interface CallFragment {
  readonly index?: number;
  readonly id?: string;
  readonly name?: string;
  readonly args: string;
  readonly custom: boolean;
  /** Google signs calls, also at its Chat endpoint. */
  readonly signature?: Signature;
}

function argumentText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return isObject(value) || Array.isArray(value) ? stringifyJson(value) : '';
}

function readIndex(value: Json | undefined): number | undefined {
  const index = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof index === 'number' && Number.isInteger(index) ? index : undefined;
}

/** Google's place for the signature of a call; a server of another vendor's that fills it has signed the call itself. */
function readCallSignature(call: JsonObject, vendor: string): Signature | undefined {
  if (!call.extra_content) return undefined;
  const value = textOf(objectOf(objectOf(call.extra_content)?.google)?.thought_signature);
  return value === undefined ? undefined : { vendor: vendor === VENDOR ? 'google' : vendor, value };
}

function readCall(call: JsonObject, vendor: string): CallFragment {
  const custom = isObject(call.custom) || call.type === 'custom';
  const body = objectOf(custom ? call.custom : call.function);
  return {
    index: readIndex(call.index),
    id: textOf(call.id),
    name: textOf(body?.name),
    args: argumentText(custom ? body?.input : body?.arguments),
    custom,
    signature: readCallSignature(call, vendor),
  };
}

/** Calls of a message or a delta; the legacy single `function_call` has neither index nor id. */
export function readCalls(message: JsonObject, vendor = VENDOR): readonly CallFragment[] {
  if (!message.tool_calls && !message.function_call) return NONE;
  const calls = objectsOf(message.tool_calls).map((call) => readCall(call, vendor));
  const legacy = objectOf(message.function_call);
  if (legacy && calls.length === 0) calls.push(readCall({ function: legacy, index: 0 }, vendor));
  return calls;
}
