import type { Json, JsonObject } from '@turnpike/kernel';
import {
  compact,
  type BlockContent,
  type BlockDelta,
  type ChoiceEvent,
  type Signature,
} from '@turnpike/protocol';
import { writeFinishReason } from '../response/chat-stop';
import { oldFinishReason } from '../response/old-form';
import {
  writeAnnotations,
  writeCallHead,
  writeDetails,
  writeImage,
  type SaidReasoning,
} from '../response/write-said';

type CallContent = Extract<BlockContent, { kind: 'call' }>;
type TextKind = 'text' | 'reasoning' | 'refusal' | 'arguments';

interface OpenBlock {
  readonly content: BlockContent;
  /** Position among the calls of the choice. */
  readonly call: number;
  /** Length of the choice's text when the block began. */
  readonly from: number;
  /** Reasoning is kept until its signature is known; of other blocks only whether there was any text. */
  text: string;
  signature?: Signature;
  readonly citations: Json[];
}

/** What stands around the delta of every chunk. */
export interface ChunkFrame {
  /** Up to the number of the choice. */
  readonly head: string;
  /** Behind the choice. */
  readonly tail: string;
  /** The client knows one call alone, as `function_call`. */
  readonly oldForm: boolean;
}

/** One choice of an answer as chunks. Everything but the delta is the same in each of them and written once. */
export class ChoiceWriter {
  /** Bytes (UTF-8) of everything said, for the estimate. */
  textBytes = 0;
  private refused = false;
  private readonly opening: string;
  private readonly closing: string;
  private readonly oldForm: boolean;
  private readonly open = new Map<number, OpenBlock>();
  private calls = 0;
  private details = 0;
  private textLength = 0;

  constructor(
    index: number,
    { head, tail, oldForm }: ChunkFrame,
    private readonly newId: (id: string) => string,
  ) {
    this.opening = `${head},"choices":[{"index":${index},"delta":`;
    this.closing = `]${tail}`;
    this.oldForm = oldForm;
  }

  begin(): string {
    return this.chunk('{"role":"assistant","content":""}');
  }

  push(event: ChoiceEvent): string {
    switch (event.kind) {
      case 'block-start':
        return this.start(event.block, event.content);
      case 'block-delta':
        return this.delta(event.block, event.delta);
      case 'block-end':
        return this.endBlock(event.block);
      case 'finish':
        return this.explain(event) + this.finish(writeFinishReason(event.stop));
    }
  }

  /** Who withholds an answer says why in a place of his own elsewhere. */
  private explain({ stopDetails }: Extract<ChoiceEvent, { kind: 'finish' }>): string {
    const explanation = this.refused ? undefined : stopDetails?.explanation;
    return explanation ? this.put({ refusal: explanation }) : '';
  }

  private finish(reason: string): string {
    return this.chunk('{}', `"${this.oldForm ? oldFinishReason(reason) : reason}"`);
  }

  private chunk(delta: string, finish = 'null'): string {
    return `${this.opening}${delta},"logprobs":null,"finish_reason":${finish}}${this.closing}`;
  }

  private put(delta: JsonObject): string {
    return this.chunk(JSON.stringify(delta));
  }

  private putDetails(said: SaidReasoning): string {
    const details = writeDetails(said, this.details);
    if (details.length === 0) return '';
    this.details++;
    return this.put({ reasoning_details: details });
  }

  private start(block: number, content: BlockContent): string {
    if (content.kind === 'redacted') return this.putDetails({ text: '', redacted: content.data });
    if (content.kind === 'media')
      return this.put({ images: [{ ...writeImage(content.mimeType, content.data), index: 0 }] });
    if (content.kind === 'opaque') return '';
    const call = content.kind === 'call' ? this.calls++ : -1;
    this.open.set(block, { content, call, from: this.textLength, text: '', citations: [] });
    return content.kind === 'call' ? this.startCall(call, content) : '';
  }

  private startCall(index: number, content: CallContent): string {
    if (this.oldForm)
      return index > 0 ? '' : this.put({ function_call: { name: content.name, arguments: '' } });
    const head = { index, ...writeCallHead(content, this.newId(content.id)) };
    const body =
      content.tool === 'custom'
        ? { custom: { name: content.name, input: '' } }
        : { function: { name: content.name, arguments: '' } };
    return this.put({ tool_calls: [{ ...head, ...body }] });
  }

  private delta(block: number, delta: BlockDelta): string {
    const open = this.open.get(block);
    if (!open) return '';
    if (delta.kind === 'signature') open.signature = delta.signature;
    else if (delta.kind === 'citations') open.citations.push(...delta.citations);
    else if (delta.text !== '') return this.sayText(open, delta.kind, delta.text);
    return '';
  }

  private sayText(open: OpenBlock, kind: TextKind, text: string): string {
    this.textBytes += Buffer.byteLength(text);
    const quoted = JSON.stringify(text);
    switch (kind) {
      case 'text':
        this.textLength += text.length;
        return this.chunk(`{"content":${quoted}}`);
      case 'reasoning':
        open.text += text;
        return this.chunk(`{"reasoning_content":${quoted}}`);
      case 'refusal':
        this.refused = true;
        return this.chunk(`{"refusal":${quoted}}`);
      case 'arguments':
        open.text ||= text.trim();
        return this.callDelta(open, quoted);
    }
  }

  private callDelta(open: OpenBlock, quoted: string): string {
    if (this.oldForm) return open.call > 0 ? '' : this.chunk(`{"function_call":{"arguments":${quoted}}}`);
    const custom = open.content.kind === 'call' && open.content.tool === 'custom';
    const body = custom ? `"custom":{"input":${quoted}}` : `"function":{"arguments":${quoted}}`;
    return this.chunk(`{"tool_calls":[{"index":${open.call},${body}}]}`);
  }

  private endBlock(block: number): string {
    const open = this.open.get(block);
    this.open.delete(block);
    if (!open) return '';
    const { content, signature, text } = open;
    if (content.kind === 'call')
      return text === '' && content.tool === 'function' ? this.callDelta(open, '"{}"') : '';
    if (content.kind === 'reasoning')
      return this.putDetails(compact<SaidReasoning>({ text, signature, itemId: content.itemId }));
    if (open.citations.length === 0) return '';
    const annotations = writeAnnotations(open.citations, open.from, this.textLength);
    return annotations.length > 0 ? this.put({ annotations }) : '';
  }
}
