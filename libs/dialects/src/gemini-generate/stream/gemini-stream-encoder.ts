import { stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import {
  mergeUsage,
  writeSse,
  type BlockContent,
  type BlockDelta,
  type Machine,
  type StreamEvent,
  type Usage,
} from '@turnpike/protocol';
import { streamUsage } from '../../answer';
import { geminiErrorEvent, INTERRUPTED } from '../error';
import { writeFinishReason } from '../response/gemini-stop';
import type { GeminiAnswerView } from '../response/gemini-view';
import { writeGrounding } from '../response/grounding';
import { PartWriter } from '../response/part-writer';
import { writeGeminiUsage } from '../usage';
import { BlockParts } from './block-parts';

interface QueuedBlock {
  readonly parts: BlockParts;
  /** Deltas that came while an earlier block was open. */
  readonly waiting: BlockDelta[];
  begun: boolean;
  ended: boolean;
}

/**
 * Canonical events to chunks. Calls go out whole, and parts in the order of their blocks: the first of the queue is
 * written as it comes, the others wait. A call gives way as soon as its arguments are one whole object. Nothing but
 * `data:` lines is written: clients of this dialect fail on everything else.
 */
class GeminiStreamEncoder implements Machine<StreamEvent, string> {
  private readonly queue: QueuedBlock[] = [];
  private readonly blocks = new Map<number, QueuedBlock>();
  private readonly writer: PartWriter;
  private readonly citations: Json[] = [];
  private readonly tail: JsonObject;
  private textBytes = 0;
  private usage: Usage | undefined;

  constructor(private readonly view: GeminiAnswerView) {
    this.writer = new PartWriter(view);
    this.tail = { modelVersion: view.model, responseId: view.id };
  }

  push(event: StreamEvent): string[] {
    switch (event.kind) {
      case 'start':
        return [];
      case 'usage':
        this.usage = mergeUsage(this.usage, event.usage);
        return [];
      case 'block-start':
        return this.chunk(this.startBlock(event.block, event.content));
      case 'block-delta':
        return this.chunk(this.delta(this.blocks.get(event.block), event.delta));
      case 'block-end':
        return this.chunk(this.endBlock(event.block));
      case 'finish':
        return this.finish(event);
      case 'error':
        return [geminiErrorEvent(event.error)];
      case 'interrupted':
        return [geminiErrorEvent(INTERRUPTED)];
    }
  }

  end(): string[] {
    return [];
  }

  private chunk(parts: readonly JsonObject[], more: JsonObject = {}): string[] {
    if (parts.length === 0) return [];
    const candidate = { content: { role: 'model', parts: [...parts] }, ...more, index: 0 };
    const usage = this.usage ? { usageMetadata: writeGeminiUsage(this.usage) } : {};
    return [writeSse(stringifyJson({ candidates: [candidate], ...usage, ...this.tail }))];
  }

  private startBlock(block: number, content: BlockContent): JsonObject[] {
    const parts = new BlockParts(content, this.writer);
    const queued: QueuedBlock = { parts, waiting: [], begun: false, ended: false };
    this.blocks.set(block, queued);
    this.queue.push(queued);
    return this.advance();
  }

  private delta(queued: QueuedBlock | undefined, delta: BlockDelta): JsonObject[] {
    if (!queued) return [];
    if ('text' in delta) this.textBytes += Buffer.byteLength(delta.text);
    if (delta.kind === 'citations') this.citations.push(...delta.citations);
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
    }
  }

  private finish(event: Extract<StreamEvent, { kind: 'finish' }>): string[] {
    if (event.stop === 'error' || event.stop === 'malformed_call') return [geminiErrorEvent(INTERRUPTED)];
    for (const queued of this.queue) queued.ended = true;
    const parts = [...this.advance(), ...this.writer.flush()];
    this.usage = streamUsage(this.usage, this.view.inputEstimate, this.textBytes);
    const grounding = writeGrounding(this.citations);
    // The vendor's own last chunk has an empty text as well: clients look for parts in it.
    return this.chunk(parts.length > 0 ? parts : [{ text: '' }], {
      finishReason: writeFinishReason(event.stop),
      ...(grounding ? { groundingMetadata: grounding } : {}),
    });
  }
}

export const createGeminiStreamEncoder = (view: GeminiAnswerView): Machine<StreamEvent, string> =>
  new GeminiStreamEncoder(view);
