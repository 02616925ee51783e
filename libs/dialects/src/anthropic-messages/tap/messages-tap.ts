import type { JsonObject } from '@turnpike/kernel';
import type { StopReason, Usage, VendorError } from '@turnpike/protocol';
import {
  eventData,
  isErrorEvent,
  isErrorText,
  memberSpan,
  objectOf,
  parseEventData,
  readVendorError,
  RepeatedEvent,
  stringSpan,
  textOf,
} from '../../answer';
import { TAP, type StreamTap } from '../../dialect';
import { inputText } from '../response/decode-messages-response';
import { readStopReason, settleMessagesStop } from '../response/messages-stop';
import { MessagesUsage } from '../usage';

/** With the beginning of the line: the same words can stand inside a tool's input. */
const DELTA = 'data: {"type":"content_block_delta"';
const TEXT = '"text":"';
const PING = 'data: {"type":"ping"';
const BLOCK_STOP = 'data: {"type":"content_block_stop"';

/** Meters a Messages stream that is passed on untouched: deltas are measured by their markers, the few other events are parsed. */
class MessagesTap implements StreamTap {
  stop: StopReason | undefined;
  error: VendorError | undefined;
  textBytes = 0;
  model: string | undefined;
  private readonly figures = new MessagesUsage();
  private readonly usual = new RepeatedEvent();
  private calls = 0;

  get usage(): Usage | undefined {
    return this.figures.whole();
  }

  inspect(bytes: Buffer, start: number, end: number): number {
    const usual = this.usual.span(bytes, start, end);
    if (usual > 0) {
      this.textBytes += usual;
      return this.usual.bits;
    }
    const event = bytes.toString('latin1', start, end);
    if (event.includes(DELTA)) {
      const bits = this.skim(event);
      if (bits === TAP.CONTENT) this.learn(bytes.subarray(start, end), event);
      if (bits >= 0) return bits;
    } else if (event.includes(PING) || event.includes(BLOCK_STOP)) return 0;
    return this.parse(bytes.toString('utf8', start, end));
  }

  /** The next delta of text will look like this one. */
  private learn(bytes: Buffer, event: string): void {
    const textStart = event.indexOf(TEXT, event.indexOf('"delta":{')) + TEXT.length;
    const length = textStart < TEXT.length ? 0 : stringSpan(event, textStart);
    if (length > 0) this.usual.learn(bytes, { textStart, textEnd: textStart + length, bits: TAP.CONTENT });
  }

  /** TAP bits of a delta event; -1: it is none of the usual ones. */
  private skim(event: string): number {
    const delta = event.indexOf('"delta":{');
    if (delta < 0) return -1;
    const shown = Math.max(memberSpan(event, TEXT, delta), memberSpan(event, '"thinking":"', delta));
    if (shown >= 0) {
      this.textBytes += shown;
      return shown > 0 ? TAP.CONTENT : 0;
    }
    const args = memberSpan(event, '"partial_json":"', delta);
    if (args < 0) return event.includes('"signature":"', delta) ? 0 : -1;
    this.textBytes += args;
    return 0;
  }

  private parse(event: string): number {
    const data = eventData(event);
    const value = data === undefined ? undefined : parseEventData(data);
    if (!value) {
      if (data === undefined || !isErrorText(event, data)) return 0;
      this.error = readVendorError(data);
      return TAP.ERROR;
    }
    switch (textOf(value.type)) {
      case 'message_start':
        return this.readStart(objectOf(value.message) ?? {});
      case 'content_block_start':
        return this.readBlock(objectOf(value.content_block) ?? {});
      case 'content_block_delta':
        return this.readDelta(objectOf(value.delta) ?? {});
      case 'message_delta':
        return this.readEnd(value);
      case 'message_stop':
        // Some servers end with nothing else.
        this.stop ??= this.settle('end');
        return TAP.TERMINAL;
      case 'error':
        this.error = readVendorError(value.error ?? value);
        return TAP.ERROR;
      case undefined:
        if (!value.error && !isErrorEvent(event)) return 0;
        this.error = readVendorError(value.error ?? value);
        return TAP.ERROR;
      default:
        return 0;
    }
  }

  private readStart(message: JsonObject): number {
    this.model ??= textOf(message.model);
    this.figures.take(message.usage);
    return 0;
  }

  private readBlock(block: JsonObject): number {
    switch (block.type) {
      case 'text':
        return this.count(textOf(block.text));
      case 'thinking':
        return this.count(textOf(block.thinking));
      case 'tool_use':
        this.calls++;
        if (inputText(block) !== '{}') this.textBytes += Buffer.byteLength(inputText(block));
        return textOf(block.name) === undefined ? 0 : TAP.CONTENT;
      default:
        return TAP.CONTENT;
    }
  }

  private readDelta(delta: JsonObject): number {
    const args = textOf(delta.partial_json);
    if (args !== undefined) this.textBytes += Buffer.byteLength(args);
    return this.count(textOf(delta.text) ?? textOf(delta.thinking));
  }

  private count(text: string | undefined): number {
    if (text === undefined) return 0;
    this.textBytes += Buffer.byteLength(text);
    return TAP.CONTENT;
  }

  private readEnd(value: JsonObject): number {
    this.figures.take(value.usage);
    const stop = readStopReason(objectOf(value.delta)?.stop_reason);
    if (stop === undefined) return 0;
    this.stop = this.settle(stop);
    return TAP.FINISH;
  }

  private settle(stop: StopReason): StopReason {
    return settleMessagesStop(stop, { calls: this.calls, wholeCalls: this.calls });
  }
}

export const createMessagesTap = (): StreamTap => new MessagesTap();
