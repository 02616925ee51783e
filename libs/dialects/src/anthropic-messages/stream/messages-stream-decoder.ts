import type { Json, JsonObject } from '@turnpike/kernel';
import type { EndReason, Machine, SseEvent, StopDetails, StopReason, StreamEvent } from '@turnpike/protocol';
import type { StreamDecoderOptions } from '../../dialect';
import { malformedEvent, objectOf, parseEventData, readVendorError, textOf } from '../../answer';
import { VENDOR } from '../response/decode-messages-response';
import { readStopDetails, readStopReason, settleMessagesStop } from '../response/messages-stop';
import { MessagesUsage } from '../usage';
import { OpenBlocks } from './open-blocks';

/** Messages events to canonical events. Unknown events and deltas are ignored, as the API asks its readers to. */
class MessagesStreamDecoder implements Machine<SseEvent, StreamEvent> {
  private readonly blocks: OpenBlocks;
  private readonly usage = new MessagesUsage();
  private started = false;
  private over = false;
  private stop: StopReason | undefined;
  private stopSequence: string | undefined;
  private stopDetails: StopDetails | undefined;

  constructor(vendor: string) {
    this.blocks = new OpenBlocks(vendor);
  }

  push(event: SseEvent): StreamEvent[] {
    if (this.over || event.data.trim() === '[DONE]') return [];
    const data = parseEventData(event.data);
    if (!data) return this.pushMalformed();
    const type = textOf(data.type) ?? event.event;
    switch (type) {
      case 'message_start':
        return this.startMessage(objectOf(data.message) ?? {});
      case 'content_block_start':
        return this.within(this.blocks.start(data));
      case 'content_block_delta':
        return this.within(this.blocks.delta(data));
      case 'content_block_stop':
        return this.within(this.blocks.stop(data));
      case 'message_delta':
        return this.messageDelta(data);
      case 'message_stop':
        return this.finish(this.stop ?? 'end');
      default:
        return type === 'error' || (type === undefined && data.error) ? this.fail(data.error ?? data) : [];
    }
  }

  /** Behind the stop reason there is nothing left to lose. */
  private pushMalformed(): StreamEvent[] {
    const isSaid = this.stop !== undefined;
    return isSaid ? [] : this.within([malformedEvent('a stream event that is not JSON')]);
  }

  end(reason: EndReason): StreamEvent[] {
    if (this.over) return [];
    return this.stop === undefined ? this.within([{ kind: 'interrupted', reason }]) : this.finish(this.stop);
  }

  private begin(head: { id?: string; model?: string } = {}): StreamEvent[] {
    if (this.started) return [];
    this.started = true;
    return [{ kind: 'start', ...head }];
  }

  /** The events behind a start; an error among them, which is then the last, ends the stream. */
  private within(events: StreamEvent[]): StreamEvent[] {
    const last = events.at(-1)?.kind;
    if (last === 'error' || last === 'interrupted') this.over = true;
    return this.started ? events : [...this.begin(), ...events];
  }

  private fail(error: Json): StreamEvent[] {
    return this.within([{ kind: 'error', error: readVendorError(error) }]);
  }

  private startMessage(message: JsonObject): StreamEvent[] {
    const out = this.begin({ id: textOf(message.id), model: textOf(message.model) });
    return [...out, ...this.takeUsage(message.usage)];
  }

  private takeUsage(value: Json | undefined): StreamEvent[] {
    return this.usage.take(value) ? [{ kind: 'usage', usage: this.usage.partial() }] : [];
  }

  private messageDelta(data: JsonObject): StreamEvent[] {
    const delta = objectOf(data.delta) ?? {};
    this.stop = readStopReason(delta.stop_reason) ?? this.stop;
    this.stopSequence = textOf(delta.stop_sequence) ?? this.stopSequence;
    this.stopDetails = readStopDetails(delta.stop_details) ?? this.stopDetails;
    return this.within(this.takeUsage(data.usage));
  }

  private finish(stop: StopReason): StreamEvent[] {
    const blocks = this.blocks.endAll();
    const finish: StreamEvent = {
      kind: 'finish',
      stop: settleMessagesStop(stop, this.blocks),
      ...(this.stopSequence === undefined ? {} : { stopSequence: this.stopSequence }),
      ...(this.stopDetails && { stopDetails: this.stopDetails }),
    };
    const events = this.within([...blocks, finish]);
    this.over = true;
    return events;
  }
}

export const createMessagesStreamDecoder = (options: StreamDecoderOptions): Machine<SseEvent, StreamEvent> =>
  new MessagesStreamDecoder(options.vendor ?? VENDOR);
