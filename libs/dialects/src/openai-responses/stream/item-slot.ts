import type { Json, JsonObject } from '@turnpike/kernel';
import type { BlockContent, Phase, StreamEvent } from '@turnpike/protocol';
import { areWholeArguments, objectsOf, textOf } from '../../answer';
import { readAnnotations } from '../../openai-content/annotations';
import {
  argumentText,
  callHead,
  drawnImage,
  isCall,
  PARAGRAPH,
  phaseOf,
  reasoningText,
} from '../response/read-items';
import { VENDOR } from '../responses-name';

type TextKind = 'text' | 'reasoning' | 'refusal' | 'arguments';

/** One block of an item and what has been said of it. */
interface Spoken {
  readonly block: number;
  readonly kind: TextKind;
  text: string;
  closed: boolean;
}

/**
 * One output item as its events come. Deltas may be missing, in part or altogether: the texts of `done` events fill up
 * what is not there yet. Blocks open with the first words.
 */
export class ItemSlot {
  closed = false;
  refused = false;
  wholeCalls = 0;
  /** The link to the result, where this is a call. */
  callId: string | undefined;
  /** Arguments that came before their call's name. */
  private waiting = '';
  private call: Spoken | undefined;
  private custom = false;
  private reasoning: Spoken | undefined;
  /** Index of the paragraph that is being said, and whether it is raw text instead of a summary. */
  private paragraph: { readonly raw: boolean; index: number; length: number } | undefined;
  private readonly parts = new Map<number, Spoken>();
  private phase: Phase | undefined;
  private itemId: string | undefined;

  constructor(
    private readonly vendor: string,
    private readonly nextBlock: () => number,
  ) {}

  /** `output_item.added`: the name of a call is there already. */
  add(item: JsonObject): StreamEvent[] {
    if (item.type === 'message') this.phase = phaseOf(item);
    if (item.type === 'reasoning') this.itemId = textOf(item.id);
    return isCall(item.type) ? this.openCall(item) : [];
  }

  /** `output_text.delta` and `refusal.delta`. */
  say(kind: 'text' | 'refusal', index: number, text: string): StreamEvent[] {
    if (this.closed || text === '') return [];
    const { part, out } = this.part(kind, index);
    return part.closed || part.kind !== kind ? out : [...out, this.speak(part, text)];
  }

  /** `output_text.done` and `refusal.done`: what of the text did not come as deltas. */
  complete(kind: 'text' | 'refusal', index: number, text: string): StreamEvent[] {
    return this.say(kind, index, missing(this.parts.get(index)?.text ?? '', text));
  }

  /** `content_part.done`, or a part of a whole message item. */
  closePart(index: number, part: JsonObject): StreamEvent[] {
    const refusal = textOf(part.refusal);
    const kind = refusal === undefined ? 'text' : 'refusal';
    const out = this.complete(kind, index, refusal ?? textOf(part.text) ?? '');
    const open = this.parts.get(index);
    if (!open || open.closed) return out;
    const citations = readAnnotations(part.annotations);
    if (citations.length > 0 && open.kind === 'text')
      out.push({ kind: 'block-delta', block: open.block, delta: { kind: 'citations', citations } });
    return [...out, ...close(open)];
  }

  /** Deltas of a summary (`raw` false) or of raw reasoning; of an item that has both, the first kind counts. */
  think(raw: boolean, index: number, text: string): StreamEvent[] {
    if (this.closed || text === '' || (this.paragraph && this.paragraph.raw !== raw)) return [];
    const out: StreamEvent[] = [];
    const begun = this.reasoning ?? this.beginThought(out);
    this.reasoning = begun;
    this.paragraph ??= { raw, index, length: 0 };
    const next = this.paragraph.index !== index;
    if (next) this.paragraph = { raw, index, length: 0 };
    this.paragraph.length += text.length;
    out.push(this.speak(begun, next && !raw ? PARAGRAPH + text : text));
    return out;
  }

  /** `reasoning_summary_text.done` and `reasoning_text.done`. */
  completeThought(raw: boolean, index: number, text: string): StreamEvent[] {
    const said = this.paragraph?.index === index ? this.paragraph.length : 0;
    if (this.paragraph && index < this.paragraph.index) return [];
    return this.think(raw, index, text.slice(said));
  }

  argue(text: string): StreamEvent[] {
    if (this.closed || text === '') return [];
    if (this.call) return [this.speak(this.call, text)];
    this.waiting += text;
    return [];
  }

  completeArguments(text: string): StreamEvent[] {
    return this.argue(missing(this.call?.text ?? this.waiting, text));
  }

  /** `output_item.done`, or an item of the whole response at the end. */
  finish(item: JsonObject): StreamEvent[] {
    if (this.closed) return [];
    const out = this.fill(item);
    out.push(...this.endAll());
    return out;
  }

  /** Ends what is open. */
  endAll(): StreamEvent[] {
    if (this.closed) return [];
    this.closed = true;
    const { call } = this;
    if (call && (this.custom || areWholeArguments(call.text))) this.wholeCalls++;
    return [...this.parts.values(), this.reasoning, call].flatMap((open) => (open ? close(open) : []));
  }

  /** True: arguments came and never a name. */
  get unnamed(): boolean {
    return this.call === undefined && this.waiting.trim() !== '';
  }

  private fill(item: JsonObject): StreamEvent[] {
    if (isCall(item.type)) return [...this.openCall(item), ...this.completeArguments(argumentText(item))];
    switch (item.type) {
      case 'message':
        this.phase ??= phaseOf(item);
        return typeof item.content === 'string'
          ? this.complete('text', 0, item.content)
          : objectsOf(item.content).flatMap((part, i) => this.closePart(i, part));
      case 'reasoning':
        return this.fillReasoning(item);
      default:
        return this.whole(item);
    }
  }

  private fillReasoning(item: JsonObject): StreamEvent[] {
    const out: StreamEvent[] = [];
    const text = missing(this.reasoning?.text ?? '', reasoningText(item));
    const value = textOf(item.encrypted_content);
    if (text === '' && value === undefined) return out;
    this.itemId ??= textOf(item.id);
    const begun = this.reasoning ?? this.beginThought(out);
    this.reasoning = begun;
    if (text !== '') out.push(this.speak(begun, text));
    if (value === undefined) return out;
    const signature = { vendor: this.vendor, value };
    out.push({ kind: 'block-delta', block: begun.block, delta: { kind: 'signature', signature } });
    return out;
  }

  /** Items that are told at once: drawn images, and the vendor's own. */
  private whole(item: JsonObject): StreamEvent[] {
    const image = drawnImage(item);
    const content: BlockContent = image
      ? { kind: 'media', ...image }
      : { kind: 'opaque', vendor: VENDOR, raw: item };
    const block = this.nextBlock();
    return [
      { kind: 'block-start', block, content },
      { kind: 'block-end', block },
    ];
  }

  private openCall(item: JsonObject): StreamEvent[] {
    const head = callHead(item);
    if (this.call || !head) return [];
    const out: StreamEvent[] = [];
    this.custom = head.tool === 'custom';
    this.callId = head.id;
    this.call = this.begin('arguments', head, out);
    const waiting = this.waiting;
    this.waiting = '';
    if (waiting !== '') out.push(this.speak(this.call, waiting));
    return out;
  }

  private part(kind: 'text' | 'refusal', index: number): { part: Spoken; out: StreamEvent[] } {
    const out: StreamEvent[] = [];
    const part = this.parts.get(index) ?? this.beginReply(kind, out);
    this.parts.set(index, part);
    if (kind === 'refusal') this.refused = true;
    return { part, out };
  }

  private beginReply(kind: 'text' | 'refusal', out: StreamEvent[]): Spoken {
    const { phase } = this;
    return this.begin(kind, kind === 'text' && phase ? { kind, phase } : { kind }, out);
  }

  private beginThought(out: StreamEvent[]): Spoken {
    const { itemId } = this;
    return this.begin('reasoning', { kind: 'reasoning', ...(itemId === undefined ? {} : { itemId }) }, out);
  }

  private begin(kind: TextKind, content: BlockContent, out: StreamEvent[]): Spoken {
    const block = this.nextBlock();
    out.push({ kind: 'block-start', block, content });
    return { block, kind, text: '', closed: false };
  }

  private speak(open: Spoken, text: string): StreamEvent {
    open.text += text;
    return { kind: 'block-delta', block: open.block, delta: { kind: open.kind, text } };
  }
}

/** The end of `whole` that `said` lacks; nothing where the two do not agree: what was said stays said. */
const missing = (said: string, whole: string): string =>
  whole.length > said.length && whole.startsWith(said) ? whole.slice(said.length) : '';

function close(open: Spoken): StreamEvent[] {
  if (open.closed) return [];
  open.closed = true;
  return [{ kind: 'block-end', block: open.block }];
}

/** An index of a part or a paragraph; servers that leave it out have one. */
export const indexOf = (value: Json | undefined): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0;
