import type { JsonObject } from '@turnpike/kernel';
import type { StopReason, Usage, VendorError } from '@turnpike/protocol';
import {
  eventData,
  isAbsentOrNull,
  isErrorEvent,
  isErrorText,
  memberSpan,
  objectOf,
  objectsOf,
  parseEventData,
  readVendorError,
  RepeatedEvent,
  stringSpan,
  textOf,
} from '../../answer';
import { TAP, type StreamTap } from '../../dialect';
import { readFinishReason, readMatchedStop, settleStop } from '../response/chat-stop';
import { readCalls, readImages, PieceReader } from '../response/read-said';
import { findChatUsage } from '../usage';

const SHORT = 40;
const CONTENT = '"content":"';
const DONE = /^data:\s*\[DONE\]\s*$/;

/**
 * Meters a Chat stream that is passed on untouched. The usual event, one piece of text without finish reason, usage
 * or error, is recognised by its markers and not parsed; every other shape is.
 */
class ChatTap implements StreamTap {
  usage: Usage | undefined;
  stop: StopReason | undefined;
  error: VendorError | undefined;
  textBytes = 0;
  model: string | undefined;
  private readonly pieces = new PieceReader();
  private readonly usual = new RepeatedEvent();
  private parsedOne = false;
  private calls = 0;

  inspect(bytes: Buffer, start: number, end: number): number {
    const usual = this.usual.span(bytes, start, end);
    if (usual > 0) {
      this.textBytes += usual;
      return this.usual.bits;
    }
    const event = bytes.toString('latin1', start, end);
    if (event.length < SHORT && DONE.test(event)) return TAP.TERMINAL;
    const bits = this.parsedOne && isPlain(event) ? this.skim(event, event.indexOf('"delta":{')) : -1;
    if (bits === TAP.CONTENT) this.learn(bytes.subarray(start, end), event);
    return bits >= 0 ? bits : this.parse(bytes.toString('utf8', start, end));
  }

  /** The next event of plain text will look like this one. */
  private learn(bytes: Buffer, event: string): void {
    const textStart = event.indexOf(CONTENT, event.indexOf('"delta":{')) + CONTENT.length;
    const length = textStart < CONTENT.length ? 0 : stringSpan(event, textStart);
    if (length > 0) this.usual.learn(bytes, { textStart, textEnd: textStart + length, bits: TAP.CONTENT });
  }

  /** TAP bits of a plain event; -1: it says nothing under the usual names, or several things at once. */
  private skim(event: string, delta: number): number {
    if (delta < 0) return -1;
    if (event.includes('"tool_calls":[', delta)) return this.skimCall(event, delta);
    const text = memberSpan(event, CONTENT, delta);
    const bytes = text > 0 ? text : this.skimReasoning(event, delta);
    if (bytes <= 0) return -1;
    this.textBytes += bytes;
    return TAP.CONTENT;
  }

  private skimReasoning(event: string, delta: number): number {
    const named = memberSpan(event, '"reasoning_content":"', delta);
    const bytes = named > 0 ? named : memberSpan(event, '"reasoning":"', delta);
    if (bytes > 0) this.pieces.plain = true;
    return bytes;
  }

  /** A fragment of arguments and nothing else; a call's first fragment is parsed for its name. */
  private skimCall(event: string, delta: number): number {
    if (event.includes('"name":"', delta) || event.includes('"content":"', delta)) return -1;
    const bytes = memberSpan(event, '"arguments":"', delta);
    if (bytes > 0) this.textBytes += bytes;
    return bytes > 0 ? 0 : -1;
  }

  private parse(event: string): number {
    const data = eventData(event);
    const chunk = data === undefined || data === '[DONE]' ? undefined : parseEventData(data);
    if (!chunk) {
      if (data === undefined || data === '[DONE]') return data === undefined ? 0 : TAP.TERMINAL;
      if (!isErrorText(event, data)) return 0;
      this.error = readVendorError(data);
      return TAP.ERROR;
    }
    this.parsedOne = true;
    this.model ??= textOf(chunk.model);
    const choices = objectsOf(chunk.choices);
    const usage = findChatUsage(chunk);
    if (usage) this.usage = usage;
    let bits = usage && Array.isArray(chunk.choices) && chunk.choices.length === 0 ? TAP.USAGE_ONLY : 0;
    for (const choice of choices) bits |= this.readChoice(choice);
    const error = chunk.error ?? choices.find((choice) => choice.error)?.error;
    if (error) this.error = readVendorError(error);
    else if (isErrorEvent(event) || chunk.object === 'error') this.error = readVendorError(chunk);
    return this.error ? bits | TAP.ERROR : bits;
  }

  private readChoice(choice: JsonObject): number {
    const delta = objectOf(choice.delta) ?? objectOf(choice.message) ?? {};
    const pieces = this.pieces.read(delta);
    const calls = readCalls(delta);
    const named = calls.filter((call) => call.name !== undefined).length;
    this.calls += named;
    for (const { text } of pieces) this.textBytes += Buffer.byteLength(text);
    for (const { args } of calls) this.textBytes += Buffer.byteLength(args);
    const content = pieces.length > 0 || named > 0 || readImages(delta).length > 0 ? TAP.CONTENT : 0;
    const reason = readFinishReason(choice);
    if (reason === undefined) return content;
    const { calls: count } = this;
    const said = { calls: count, wholeCalls: count, refusal: false, matched: readMatchedStop(choice) };
    this.stop = settleStop(reason, said).stop;
    if (reason !== 'error') return content | TAP.FINISH;
    this.error ??= {
      message: 'The provider ended the stream with an error.',
      ...(textOf(choice.finish_reason) ? { code: textOf(choice.finish_reason) } : {}),
    };
    return content | TAP.FINISH | TAP.ERROR;
  }
}

const isPlain = (event: string): boolean =>
  isAbsentOrNull(event, '"finish_reason"') &&
  isAbsentOrNull(event, '"usage"') &&
  isAbsentOrNull(event, '"error"');

export const createChatTap = (): StreamTap => new ChatTap();
