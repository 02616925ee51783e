import type { JsonObject } from '@turnpike/kernel';
import type { BlockContent, BlockDelta, Signature } from '@turnpike/protocol';
import { writeCall, writeEncrypted, writeReasoning, writeSummary } from '../response/write-items';
import { placeHead, type ItemSink } from './item-sink';

type CallContent = Extract<BlockContent, { kind: 'call' }>;

/** A block whose events are written as its deltas come. */
export interface OpenBlock {
  write(delta: BlockDelta): string;
  end(): string;
}

/** A call: its item is there from the start, its arguments follow. */
export class CallBlock implements OpenBlock {
  private readonly head: string;
  private readonly custom: boolean;
  private args = '';

  constructor(
    private readonly content: CallContent,
    private readonly ids: { readonly id: string; readonly callId: string },
    private readonly sink: ItemSink,
    private readonly index: number,
  ) {
    this.custom = content.tool === 'custom';
    this.head = placeHead(this.place);
  }

  begin(): string {
    return this.sink.added(this.index, writeCall(this.content, this.ids, '', true));
  }

  write(delta: BlockDelta): string {
    if (delta.kind !== 'arguments' || delta.text === '') return '';
    this.args += delta.text;
    return this.sink.delta(`response.${this.word}.delta`, this.head, delta.text);
  }

  end(): string {
    const missing = !this.custom && this.args.trim() === '';
    const filled = missing ? this.write({ kind: 'arguments', text: '{}' }) : '';
    const { args, place, sink } = this;
    const whole = this.custom ? { input: args } : { name: this.content.name, arguments: args };
    const done = sink.event(`response.${this.word}.done`, { ...place, ...whole });
    return filled + done + sink.done(this.index, writeCall(this.content, this.ids, args, false));
  }

  private get place(): JsonObject {
    return { item_id: this.ids.id, output_index: this.index };
  }

  private get word(): string {
    return this.custom ? 'custom_tool_call_input' : 'function_call_arguments';
  }
}

/** Reasoning: an item with one paragraph of summary, opened with its first words or its proof. */
export class ReasoningBlock implements OpenBlock {
  private place: JsonObject = {};
  private head = '';
  private text = '';
  private signature: Signature | undefined;
  private opened: { readonly id: string; readonly index: number } | undefined;

  constructor(
    private readonly sink: ItemSink,
    /** Id and index of a new item, and the events that had to come before it. */
    private readonly openItem: () => { readonly id: string; readonly index: number; readonly text: string },
  ) {}

  write(delta: BlockDelta): string {
    if (delta.kind === 'signature') {
      this.signature = delta.signature;
      return this.open();
    }
    if (delta.kind !== 'reasoning' || delta.text === '') return '';
    const opening = this.open() + (this.text === '' ? this.openSummary() : '');
    this.text += delta.text;
    return opening + this.sink.delta('response.reasoning_summary_text.delta', this.head, delta.text);
  }

  end(): string {
    const { opened, sink, text, signature } = this;
    if (!opened) return '';
    const encrypted = signature && writeEncrypted(signature, text);
    return this.closeSummary() + sink.done(opened.index, writeReasoning(opened.id, text, encrypted));
  }

  private open(): string {
    if (this.opened) return '';
    const { id, index, text } = this.openItem();
    this.opened = { id, index };
    this.place = { item_id: id, output_index: index, summary_index: 0 };
    this.head = placeHead(this.place);
    return text + this.sink.added(index, writeReasoning(id, '', undefined));
  }

  private openSummary(): string {
    const part = writeSummary('');
    return this.sink.event('response.reasoning_summary_part.added', { ...this.place, part });
  }

  private closeSummary(): string {
    const { place, sink, text } = this;
    if (text === '') return '';
    const part = writeSummary(text);
    return (
      sink.event('response.reasoning_summary_text.done', { ...place, text }) +
      sink.event('response.reasoning_summary_part.done', { ...place, part })
    );
  }
}
