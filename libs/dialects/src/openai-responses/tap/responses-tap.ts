import type { JsonObject } from '@turnpike/kernel';
import type { StopReason, Usage, VendorError } from '@turnpike/protocol';
import { eventData, memberSpan, objectOf, objectsOf, parseEventData, textOf } from '../../answer';
import { TAP, type StreamTap, type TapOptions } from '../../dialect';
import { readStreamError } from '../response/read-stream-error';
import { readStatus, settleStatus } from '../response/responses-stop';
import { readResponsesUsage } from '../usage';
import { tallyItem } from './tally-item';

/** Bytes in which every event says its type: the `event:` line, or the beginning of the data. */
const HEAD = 160;
const TYPE = /"type"\s*:\s*"([a-z_.]+)"/;
const EVENT_LINE = /^event:\s*([a-z_.]+)/m;

/** Deltas that show something, and those of arguments. */
const SHOWN = /^response\.(?:output_text|refusal|reasoning_summary_text|reasoning_text)\.delta$/;
const ARGUED = /^response\.(?:function_call_arguments|custom_tool_call_input|mcp_call_arguments)\.delta$/;

/**
 * Meters a Responses stream that is passed on untouched. Deltas are measured by their markers; of what repeats them
 * only the items are read that came without deltas. Usage is in the last event alone.
 */
class ResponsesTap implements StreamTap {
  usage: Usage | undefined;
  stop: StopReason | undefined;
  error: VendorError | undefined;
  textBytes = 0;
  model: string | undefined;
  response: JsonObject | undefined;
  private calls = 0;
  private refused = false;
  private said = false;
  /** Deltas have come since the last item was done. */
  private deltas = false;
  /** Items that are done, where the answer is kept: some servers end without repeating them. */
  private readonly done: { readonly at: number; readonly item: JsonObject }[] | undefined;

  constructor(options?: TapOptions) {
    if (options?.keepsResponse) this.done = [];
  }

  inspect(bytes: Buffer, start: number, end: number): number {
    const type = this.typeOf(bytes, start, end);
    if (SHOWN.test(type)) return this.skim(bytes.toString('latin1', start, end), TAP.CONTENT);
    if (ARGUED.test(type)) return this.skim(bytes.toString('latin1', start, end), 0);
    switch (type) {
      case 'response.created':
      case 'response.in_progress':
        return this.model === undefined ? this.readModel(this.parse(bytes, start, end)) : 0;
      case 'response.output_item.added':
        return this.readAdded(objectOf(this.parse(bytes, start, end).item) ?? {});
      case 'response.output_item.done':
        return this.readDone(bytes, start, end);
      case 'response.completed':
      case 'response.incomplete':
      case 'response.done':
        return this.readEnd(this.parse(bytes, start, end), type);
      case 'error':
      case 'response.failed':
      case 'response.cancelled':
      case '':
        return this.readError(this.parse(bytes, start, end));
      default:
        return 0;
    }
  }

  /** Where the first type in sight is none of an event's, the event is read for its own. */
  private typeOf(bytes: Buffer, start: number, end: number): string {
    const head = bytes.toString('latin1', start, Math.min(end, start + HEAD));
    const type = (EVENT_LINE.exec(head) ?? TYPE.exec(head))?.[1];
    if (type === 'error' || type?.startsWith('response.')) return type;
    return textOf(this.parse(bytes, start, end).type) ?? '';
  }

  private parse(bytes: Buffer, start: number, end: number): JsonObject {
    const data = eventData(bytes.toString('utf8', start, end));
    return (data === undefined ? undefined : parseEventData(data)) ?? {};
  }

  private skim(event: string, bits: number): number {
    const length = Math.max(memberSpan(event, '"delta":"', 0), memberSpan(event, '"delta": "', 0));
    if (length <= 0) return 0;
    this.textBytes += length;
    this.deltas = true;
    if (bits !== 0) this.said = true;
    return bits;
  }

  private readModel(data: JsonObject): number {
    this.model = textOf(objectOf(data.response)?.model);
    return 0;
  }

  private readAdded(item: JsonObject): number {
    const { call } = tallyItem(item);
    if (!call) return 0;
    this.calls++;
    this.said = true;
    return TAP.CONTENT;
  }

  /** An item that came without deltas counts as a whole. */
  private readDone(bytes: Buffer, start: number, end: number): number {
    const { deltas } = this;
    this.deltas = false;
    if (deltas && !this.done) return 0;
    const data = this.parse(bytes, start, end);
    const item = objectOf(data.item) ?? {};
    this.done?.push({ at: Number(data.output_index), item });
    return deltas ? 0 : this.count(item);
  }

  private count(item: JsonObject): number {
    const { content, refusal, textBytes } = tallyItem(item);
    this.textBytes += textBytes;
    this.refused ||= refusal;
    if (!content) return 0;
    this.said = true;
    return TAP.CONTENT;
  }

  private readEnd(data: JsonObject, type: string): number {
    const response = objectOf(data.response) ?? {};
    const items = objectsOf(response.output);
    this.model ??= textOf(response.model);
    this.usage = readResponsesUsage(response.usage) ?? this.usage;
    let bits = TAP.FINISH | TAP.TERMINAL;
    if (!this.said) for (const item of items) bits |= this.count(item);
    const calls = Math.max(this.calls, items.filter((item) => tallyItem(item).call).length);
    this.refused ||= items.some((item) => tallyItem(item).refusal);
    const status = type === 'response.incomplete' ? 'incomplete' : (response.status ?? 'completed');
    const stop = readStatus({ ...response, status: status === 'in_progress' ? 'completed' : status });
    this.stop = settleStatus(stop, { wholeCalls: calls, refusal: this.refused });
    if (stop !== 'error') {
      if (this.done) this.response = items.length > 0 ? response : { ...response, output: this.itemsDone() };
      return bits;
    }
    this.error = readStreamError(data);
    return bits | TAP.ERROR;
  }

  private itemsDone(): JsonObject[] {
    const done = this.done ?? [];
    return done.sort((a, b) => a.at - b.at).map(({ item }) => item);
  }

  /** Also what has no type: some servers send nothing but `{"error": ...}`. */
  private readError(data: JsonObject): number {
    if (textOf(data.type) === undefined && !data.error) return 0;
    this.error ??= readStreamError(data);
    this.usage = readResponsesUsage(objectOf(data.response)?.usage) ?? this.usage;
    return TAP.ERROR;
  }
}

export const createResponsesTap = (options?: TapOptions): StreamTap => new ResponsesTap(options);
