import type { JsonObject } from '@turnpike/kernel';
import {
  mergeUsage,
  writeSse,
  type BlockContent,
  type BlockDelta,
  type Machine,
  type StreamEvent,
  type Usage,
} from '@turnpike/protocol';
import { createAnswerCallIds, streamUsage } from '../../answer';
import type { AnswerView } from '../../dialect';
import { INTERRUPTED, messagesErrorEvent } from '../error/messages-error-event';
import { writeStopDetails, writeStopReason } from '../response/messages-stop';
import { expectsThinking, MESSAGES_CALL_ID } from '../response/write-blocks';
import { writeMessagesUsage } from '../usage';
import { BlockWriter, type BlockNumbers } from './block-writer';

interface QueuedBlock {
  readonly call: boolean;
  readonly writer: BlockWriter;
  /** Deltas that came while another block was open. */
  readonly waiting: BlockDelta[];
  begun: boolean;
  ended: boolean;
}

/**
 * Canonical events to Messages events. Only one block is open at a time: the first of the queue is written as it comes,
 * the others wait. A call gives way to the next block as soon as its arguments are one whole object, at the latest at
 * its end. `message_start` waits for the first event that is not usage, so that it can carry the exact input.
 */
class MessagesStreamEncoder implements Machine<StreamEvent, string> {
  private readonly queue: QueuedBlock[] = [];
  private readonly blocks = new Map<number, QueuedBlock>();
  private readonly numbers: BlockNumbers;
  private index = 0;
  private startDue = false;
  private textBytes = 0;
  private usage: Usage | undefined;

  constructor(private readonly view: AnswerView) {
    this.numbers = {
      nextIndex: () => this.index++,
      newCallId: createAnswerCallIds(view.id, MESSAGES_CALL_ID),
      thinks: expectsThinking(view),
    };
  }

  push(event: StreamEvent): string[] {
    const text = this.write(event);
    return text === '' ? [] : [text];
  }

  end(): string[] {
    return [];
  }

  private write(event: StreamEvent): string {
    switch (event.kind) {
      case 'start':
        this.startDue = true;
        return '';
      case 'usage':
        this.usage = mergeUsage(this.usage, event.usage);
        return '';
      case 'choice': // nobody asks for several here
        return '';
      case 'block-start':
        return this.startMessage() + this.startBlock(event.block, event.content);
      case 'block-delta':
        return this.delta(this.blocks.get(event.block), event.delta);
      case 'block-end':
        return this.endBlock(event.block);
      case 'finish':
        return this.finish(event);
      case 'error':
        return messagesErrorEvent(event.error);
      case 'interrupted':
        return messagesErrorEvent(INTERRUPTED);
    }
  }

  private startMessage(): string {
    if (!this.startDue) return '';
    this.startDue = false;
    const { view } = this;
    const input = this.usage ?? mergeUsage(undefined, { input: view.inputEstimate });
    const message = {
      id: `msg_${view.id}`,
      type: 'message',
      role: 'assistant',
      model: view.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: writeMessagesUsage({ ...input, output: 1, reasoning: undefined }),
    };
    return writeSse(JSON.stringify({ type: 'message_start', message }), 'message_start');
  }

  private startBlock(block: number, content: BlockContent): string {
    const writer = new BlockWriter(content, this.numbers);
    const queued: QueuedBlock = {
      call: content.kind === 'call',
      writer,
      waiting: [],
      begun: false,
      ended: false,
    };
    this.blocks.set(block, queued);
    this.queue.push(queued);
    return this.advance();
  }

  private delta(queued: QueuedBlock | undefined, delta: BlockDelta): string {
    if (!queued) return '';
    if ('text' in delta) this.textBytes += Buffer.byteLength(delta.text);
    if (this.queue[0] !== queued) {
      queued.waiting.push(delta);
      return '';
    }
    const text = queued.writer.write(delta);
    return this.queue.length > 1 ? text + this.advance() : text;
  }

  private endBlock(block: number): string {
    const queued = this.blocks.get(block);
    if (!queued) return '';
    queued.ended = true;
    this.blocks.delete(block);
    return this.advance();
  }

  /** Writes what may be written of the queue: closes its head when it is over and begins the next. */
  private advance(): string {
    let out = '';
    for (;;) {
      const [head] = this.queue;
      if (!head) return out;
      if (!head.begun) {
        head.begun = true;
        out += head.writer.begin();
        for (const delta of head.waiting) out += head.writer.write(delta);
      }
      const givesWay = head.call && head.writer.complete && this.queue.length > 1;
      if (!head.ended && !givesWay) return out;
      out += head.writer.close();
      this.queue.shift();
    }
  }

  private finish(event: Extract<StreamEvent, { kind: 'finish' }>): string {
    if (event.stop === 'error' || event.stop === 'malformed_call') return messagesErrorEvent(INTERRUPTED);
    for (const queued of this.queue) queued.ended = true;
    const blocks = this.startMessage() + this.advance();
    const usage = writeMessagesUsage(streamUsage(this.usage, this.view.inputEstimate, this.textBytes));
    const delta: JsonObject = {
      stop_reason: writeStopReason(event.stop),
      stop_sequence: event.stopSequence ?? null,
      ...writeStopDetails(event.stop, event.stopDetails),
    };
    const last = writeSse(JSON.stringify({ type: 'message_delta', delta, usage }), 'message_delta');
    return `${blocks}${last}${writeSse('{"type":"message_stop"}', 'message_stop')}`;
  }
}

export const createMessagesStreamEncoder = (view: AnswerView): Machine<StreamEvent, string> =>
  new MessagesStreamEncoder(view);
