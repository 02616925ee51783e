import type { Json, JsonObject } from '@turnpike/kernel';
import type { BlockContent, BlockDelta, ChoiceEvent } from '@turnpike/protocol';
import { writeFinishMessage, writeFinishReason } from '../response/gemini-stop';
import type { GeminiAnswerView } from '../response/gemini-view';
import { Grounding } from '../response/grounding';
import { PartWriter } from '../response/part-writer';
import { BlockParts } from './block-parts';

interface QueuedBlock {
  readonly content: BlockContent;
  readonly parts: BlockParts;
  /** Deltas that came while an earlier block was open. */
  readonly waiting: BlockDelta[];
  readonly citations: Json[];
  text: string;
  begun: boolean;
  ended: boolean;
}

/**
 * One candidate of an answer as parts. Calls go out whole, and parts in the order of their blocks: the first of the
 * queue is written as it comes, the others wait. A call gives way as soon as its arguments are one whole object.
 */
export class CandidateWriter {
  /** Bytes (UTF-8) of everything said, for the estimate. */
  textBytes = 0;
  private readonly queue: QueuedBlock[] = [];
  private readonly blocks = new Map<number, QueuedBlock>();
  private readonly grounding = new Grounding();
  private readonly writer: PartWriter;

  constructor(view: GeminiAnswerView, newId: (upstreamId: string) => string) {
    this.writer = new PartWriter(view, newId);
  }

  push(event: Exclude<ChoiceEvent, { readonly kind: 'finish' }>): JsonObject[] {
    switch (event.kind) {
      case 'block-start':
        return this.startBlock(event.block, event.content);
      case 'block-delta':
        return this.delta(this.blocks.get(event.block), event.delta);
      case 'block-end':
        return this.endBlock(event.block);
    }
  }

  /** The members of the candidate with which it ends; its parts are what had to wait. */
  finish({ stop, stopDetails }: Extract<ChoiceEvent, { readonly kind: 'finish' }>): JsonObject {
    for (const queued of this.queue) queued.ended = true;
    const parts = [...this.advance(), ...this.writer.flush()];
    const groundingMetadata = this.grounding.metadata();
    // The vendor's own last chunk has an empty text as well: clients look for parts in it.
    return {
      content: { role: 'model', parts: parts.length > 0 ? parts : [{ text: '' }] },
      finishReason: writeFinishReason(stop),
      ...writeFinishMessage(stopDetails),
      ...(groundingMetadata ? { groundingMetadata } : {}),
    };
  }

  private startBlock(block: number, content: BlockContent): JsonObject[] {
    const parts = new BlockParts(content, this.writer);
    const queued: QueuedBlock = {
      content,
      parts,
      waiting: [],
      citations: [],
      text: '',
      begun: false,
      ended: false,
    };
    this.blocks.set(block, queued);
    this.queue.push(queued);
    return this.advance();
  }

  private delta(queued: QueuedBlock | undefined, delta: BlockDelta): JsonObject[] {
    if (!queued) return [];
    if ('text' in delta) this.textBytes += Buffer.byteLength(delta.text);
    if (delta.kind === 'text') queued.text += delta.text;
    if (delta.kind === 'citations') queued.citations.push(...delta.citations);
    if (this.queue[0] !== queued) {
      queued.waiting.push(delta);
      return [];
    }
    const parts = queued.parts.write(delta);
    return this.queue.length > 1 ? [...parts, ...this.advance()] : parts;
  }

  private endBlock(block: number): JsonObject[] {
    const queued = this.blocks.get(block);
    if (!queued) return [];
    queued.ended = true;
    this.blocks.delete(block);
    return this.advance();
  }

  /** Writes what may be written of the queue: closes its head when it is over and begins the next. */
  private advance(): JsonObject[] {
    const out: JsonObject[] = [];
    for (;;) {
      const [head] = this.queue;
      if (!head) return out;
      if (!head.begun) {
        head.begun = true;
        for (const delta of head.waiting) out.push(...head.parts.write(delta));
      }
      const givesWay = head.parts.complete && this.queue.length > 1;
      if (!head.ended && !givesWay) return out;
      out.push(...head.parts.close());
      this.queue.shift();
      if (head.content.kind === 'text') this.grounding.add(head.text, head.citations);
    }
  }
}
