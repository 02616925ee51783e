import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import {
  compact,
  type CallPart,
  type Part,
  type ReasoningPart,
  type Signature,
  type TextPart,
} from '@turnpike/protocol';
import { textOf } from '../../answer';
import { VENDOR } from '../gemini-id';
import { camelMembers, camelObject, camelObjects } from '../wire';

/** Text that is shown or thought. */
export interface SaidText {
  readonly kind: 'text' | 'reasoning';
  readonly text: string;
  readonly signature?: Signature;
}

/** One part of an answer, in order; a signature belongs to the very part it came with. */
export type SaidPart =
  | SaidText
  | CallPart
  | { readonly kind: 'media'; readonly mimeType: string; readonly data: string }
  | { readonly kind: 'opaque'; readonly raw: JsonObject };

/** Arguments as text, digit for digit; some servers send the text itself. */
export function argsText(value: Json | undefined): string {
  if (typeof value === 'string') return value.trim() === '' ? '{}' : value;
  return isObject(value) ? stringifyJson(value) : '{}';
}

function readCall(call: JsonObject, signature: Signature | undefined): CallPart | undefined {
  const name = textOf(call.name);
  if (name === undefined) return undefined;
  const id = textOf(call.id) ?? '';
  return compact<CallPart>({
    kind: 'call',
    id,
    name,
    args: argsText(call.args),
    tool: 'function',
    signature,
  });
}

/** undefined: a part that says nothing. */
function readPart(value: JsonObject, vendor: string): SaidPart | undefined {
  const part = camelMembers(value);
  const signed = textOf(part.thoughtSignature);
  const signature = signed === undefined ? undefined : { vendor, value: signed };
  const call = camelObject(part.functionCall);
  if (call) return readCall(call, signature);
  const media = camelObject(part.inlineData);
  if (media) {
    const data = textOf(media.data);
    // Pictures drawn while thinking are no answer.
    if (data === undefined || part.thought === true) return undefined;
    return { kind: 'media', mimeType: textOf(media.mimeType) ?? 'image/png', data };
  }
  const text = textOf(part.text);
  const kind = part.thought === true ? 'reasoning' : 'text';
  if (text !== undefined || signature) return { kind, text: text ?? '', ...(signature ? { signature } : {}) };
  const names = Object.keys(part).filter((name) => name !== 'text' && name !== 'thought');
  return names.length === 0 ? undefined : { kind: 'opaque', raw: part };
}

/** What a candidate says. A call that a server repeats under its id is one call; an id used anew is not. */
export class PartReader {
  private readonly seen = new Set<string>();

  /** `vendor`: whose signatures these are. */
  constructor(private readonly vendor: string = VENDOR) {}

  read(candidate: JsonObject | undefined): SaidPart[] {
    const content = camelObject(candidate?.content);
    if (!content) return [];
    return camelObjects(content.parts)
      .map((part) => readPart(part, this.vendor))
      .filter((part) => part !== undefined)
      .filter((part) => this.isNew(part));
  }

  private isNew(part: SaidPart): boolean {
    if (part.kind !== 'call' || part.id === '') return true;
    const call = JSON.stringify([part.id, part.name, part.args]);
    const fresh = !this.seen.has(call);
    this.seen.add(call);
    return fresh;
  }
}

/** True: the part continues the one before it. A signature closes a part, and signed text stands alone. */
export function continues(part: SaidPart, open: SaidPart['kind'] | undefined): boolean {
  if (part.kind === 'reasoning') return open === 'reasoning';
  return part.kind === 'text' && open === 'text' && part.signature === undefined;
}

function toPart(part: SaidPart): Part {
  switch (part.kind) {
    case 'media': {
      const kind = part.mimeType.startsWith('audio/') ? 'audio' : 'image';
      return { kind, source: { kind: 'base64', data: part.data, mimeType: part.mimeType } };
    }
    case 'opaque':
      return { kind: 'opaque', vendor: VENDOR, raw: part.raw };
    case 'reasoning': {
      const { text, signature } = part;
      return compact<ReasoningPart>({ kind: 'reasoning', text: text === '' ? undefined : text, signature });
    }
    case 'text': {
      const { text, signature } = part;
      return compact<TextPart>({ kind: 'text', text, signature });
    }
    case 'call':
      return part;
  }
}

/** Parts of a whole answer; pieces that belong together are one. */
export function joinParts(said: readonly SaidPart[]): Part[] {
  const joined: SaidPart[] = [];
  for (const part of said) {
    const last = joined.at(-1);
    const open = last && 'signature' in last && last.signature ? undefined : last?.kind;
    if (last && 'text' in last && 'text' in part && continues(part, open))
      joined[joined.length - 1] = { ...part, text: last.text + part.text };
    else joined.push(part);
  }
  return joined.map(toPart);
}
