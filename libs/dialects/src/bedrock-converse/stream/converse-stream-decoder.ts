import type { JsonObject } from '@turnpike/kernel';
import type { EndReason, Machine, SseEvent, StopReason, StreamEvent } from '@turnpike/protocol';
import { objectOf, parseEventData, readVendorError, textOf } from '../../answer';
import type { StreamDecoderOptions } from '../../dialect';
import { AnswerSink, failedAnswer } from '../../upstream-only';
import { matchedStop, readStopReason, settleConverseStop } from '../response';
import { CONVERSE_VENDOR } from '../sealed-thinking';
import { readConverseUsage } from '../usage';
import { BlockReader } from './block-reader';

const EXCEPTION = /Exception$/;

/**
 * Events of ConverseStream to canonical events. `messageStop` says how the answer ended; usage comes behind it in
 * `metadata`, so that the end is told there, or where the stream is over.
 */
class ConverseStreamDecoder implements Machine<SseEvent, StreamEvent> {
  private readonly sink = new AnswerSink();
  private readonly blocks: BlockReader;
  private stop: StopReason | undefined;
  private stopSequence: string | undefined;

  constructor(vendor: string) {
    this.blocks = new BlockReader(this.sink, vendor);
  }

  push({ event, data }: SseEvent): StreamEvent[] {
    if (this.sink.over) return [];
    const value = parseEventData(data);
    if (value) this.read(event ?? '', value);
    else this.sink.failMalformed('a stream event that is not JSON');
    return this.sink.take();
  }

  end(reason: EndReason): StreamEvent[] {
    if (!this.sink.over) {
      if (this.stop === undefined) this.sink.interrupt(reason);
      else this.finish();
    }
    return this.sink.take();
  }

  private read(name: string, event: JsonObject): void {
    if (name === 'error' || EXCEPTION.test(name)) return this.fail(name, event);
    // Before its first event an answer may fail as a whole.
    this.sink.start({});
    switch (name) {
      case 'contentBlockStart':
        return this.blocks.start(event);
      case 'contentBlockDelta':
        return this.blocks.delta(event);
      case 'contentBlockStop':
        return this.blocks.stop(event);
      case 'messageStop':
        return this.endMessage(event);
      case 'metadata':
        return this.readMetadata(event);
    }
  }

  private fail(name: string, event: JsonObject): void {
    const error = readVendorError(event);
    this.sink.fail(name === 'error' || error.type !== undefined ? error : { ...error, type: name });
  }

  private endMessage(event: JsonObject): void {
    const word = textOf(event.stopReason);
    const stop = readStopReason(word) ?? 'end';
    if (stop === 'malformed_call') return this.sink.fail(failedAnswer(word));
    this.blocks.stopAll();
    this.stop = settleConverseStop(stop, this.blocks.calls);
    this.stopSequence = stop === 'stop_sequence' ? matchedStop(event) : undefined;
  }

  private readMetadata(event: JsonObject): void {
    this.sink.usage(readConverseUsage(objectOf(event.usage)));
    if (this.stop !== undefined) this.finish();
  }

  private finish(): void {
    this.sink.finish(this.stop ?? 'end', this.stopSequence);
  }
}

export const createConverseStreamDecoder = (options: StreamDecoderOptions): Machine<SseEvent, StreamEvent> =>
  new ConverseStreamDecoder(options.vendor ?? CONVERSE_VENDOR);
