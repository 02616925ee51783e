import type { JsonObject } from '@turnpike/kernel';
import type { EndReason, Machine, SseEvent, StreamEvent } from '@turnpike/protocol';
import { countOf, malformedEvent, objectOf, objectsOf, parseEventData, textOf } from '../../answer';
import type { StreamDecoderOptions } from '../../dialect';
import { isCall } from '../response/read-items';
import { readStreamError } from '../response/read-stream-error';
import { readStatus, settleStatus } from '../response/responses-stop';
import { VENDOR } from '../responses-name';
import { readResponsesUsage } from '../usage';
import { indexOf, ItemSlot } from './item-slot';

type Reader = (slot: ItemSlot, data: JsonObject) => StreamEvent[];

const textIn = (data: JsonObject, name: string): string => textOf(data[name]) ?? '';

/** Events of one item, by their type without `response.`. */
const ITEM_EVENTS: Readonly<Record<string, Reader>> = {
  'output_item.added': (slot, data) => slot.add(objectOf(data.item) ?? {}),
  'output_item.done': (slot, data) => slot.finish(objectOf(data.item) ?? {}),
  'output_text.delta': (slot, d) => slot.say('text', indexOf(d.content_index), textIn(d, 'delta')),
  'output_text.done': (slot, d) => slot.complete('text', indexOf(d.content_index), textIn(d, 'text')),
  'refusal.delta': (slot, d) => slot.say('refusal', indexOf(d.content_index), textIn(d, 'delta')),
  'refusal.done': (slot, d) => slot.complete('refusal', indexOf(d.content_index), textIn(d, 'refusal')),
  'content_part.done': (slot, d) => {
    const part = objectOf(d.part) ?? {};
    return part.type === 'reasoning_text' ? [] : slot.closePart(indexOf(d.content_index), part);
  },
  'reasoning_summary_text.delta': (slot, d) =>
    slot.think(false, indexOf(d.summary_index), textIn(d, 'delta')),
  'reasoning_summary_text.done': (slot, d) =>
    slot.completeThought(false, indexOf(d.summary_index), textIn(d, 'text')),
  'reasoning_text.delta': (slot, d) => slot.think(true, indexOf(d.content_index), textIn(d, 'delta')),
  'reasoning_text.done': (slot, d) => slot.completeThought(true, indexOf(d.content_index), textIn(d, 'text')),
  'function_call_arguments.delta': (slot, d) => slot.argue(textIn(d, 'delta')),
  'function_call_arguments.done': (slot, d) => slot.completeArguments(textIn(d, 'arguments')),
  'custom_tool_call_input.delta': (slot, d) => slot.argue(textIn(d, 'delta')),
  'custom_tool_call_input.done': (slot, d) => slot.completeArguments(textIn(d, 'input')),
};

const readerOf = (type: string): Reader | undefined => {
  const name = type.startsWith('response.') ? type.slice('response.'.length) : '';
  return Object.hasOwn(ITEM_EVENTS, name) ? ITEM_EVENTS[name] : undefined;
};

const ENDS = new Set(['response.completed', 'response.incomplete', 'response.done']);
const FAILURES = new Set(['error', 'response.failed', 'response.cancelled', 'response.error']);

/** Responses events to canonical events. Unknown events are ignored; items are told apart by `output_index` alone. */
class ResponsesStreamDecoder implements Machine<SseEvent, StreamEvent> {
  private readonly slots = new Map<number, ItemSlot>();
  /** Slots whose index was given to another item. */
  private readonly gone: ItemSlot[] = [];
  private readonly indexes = new Map<string, number>();
  private blocks = 0;
  private latest = 0;
  private started = false;
  private over = false;

  constructor(private readonly vendor: string) {}

  push(event: SseEvent): StreamEvent[] {
    if (this.over || event.data.trim() === '[DONE]') return [];
    const data = parseEventData(event.data);
    if (!data) return this.within([malformedEvent('a stream event that is not JSON')]);
    const type = textOf(data.type) ?? event.event ?? '';
    const read = readerOf(type);
    if (read) return this.within(read(this.slotOf(data, type), data));
    if (ENDS.has(type)) return this.finish(objectOf(data.response) ?? {}, type);
    if (FAILURES.has(type) || (type === '' && data.error))
      return this.within([{ kind: 'error', error: readStreamError(data) }]);
    const response = objectOf(data.response);
    return type === 'response.created' || type === 'response.in_progress' ? this.begin(response ?? {}) : [];
  }

  end(reason: EndReason): StreamEvent[] {
    return this.over ? [] : this.within([{ kind: 'interrupted', reason }]);
  }

  private begin(response: JsonObject): StreamEvent[] {
    if (this.started) return [];
    this.started = true;
    const id = textOf(response.id);
    const model = textOf(response.model);
    const createdAt = countOf(response.created_at);
    return [
      {
        kind: 'start',
        ...(id === undefined ? {} : { id }),
        ...(model === undefined ? {} : { model }),
        ...(createdAt === undefined ? {} : { createdAt }),
      },
    ];
  }

  /** The events behind a start; an error among them, which is then the last, ends the stream. */
  private within(events: StreamEvent[], response: JsonObject = {}): StreamEvent[] {
    const last = events.at(-1)?.kind;
    if (last === 'error' || last === 'interrupted') this.over = true;
    return this.started || events.length === 0 ? events : [...this.begin(response), ...events];
  }

  /** Ids of items may change between their events; an index that is missing is looked up by the id, else the latest. */
  private slotOf(data: JsonObject, type: string): ItemSlot {
    const id = textOf(data.item_id) ?? textOf(objectOf(data.item)?.id);
    const known = id === undefined ? undefined : this.indexes.get(id);
    const given = typeof data.output_index === 'number' ? data.output_index : known;
    const added = type === 'response.output_item.added';
    const index = given ?? (added ? this.slots.size : this.latest);
    this.latest = index;
    if (id !== undefined) this.indexes.set(id, index);
    const slot = this.slots.get(index);
    const another = added || (id !== undefined && known === undefined);
    if (slot && !(slot.closed && another)) return slot;
    return this.freshSlot(index);
  }

  private freshSlot(index: number): ItemSlot {
    const before = this.slots.get(index);
    if (before) this.gone.push(before);
    const fresh = new ItemSlot(this.vendor, () => this.blocks++);
    this.slots.set(index, fresh);
    return fresh;
  }

  /**
   * What only the end tells: all of it where nothing was streamed, else the rest of open items and calls that never
   * came. Other items may be streamed ones under another index, and would be said twice.
   */
  private fillFromEnd(response: JsonObject): StreamEvent[] {
    const streamed = this.slots.size > 0;
    const calls = new Set([...this.slots.values(), ...this.gone].map((slot) => slot.callId));
    return objectsOf(response.output).flatMap((item, index) => {
      const slot = this.slots.get(index);
      if (slot && !slot.closed) return slot.finish(item);
      if (streamed && !(isCall(item.type) && !calls.has(textOf(item.call_id)))) return [];
      return this.freshSlot(streamed ? this.slots.size + index : index).finish(item);
    });
  }

  private finish(response: JsonObject, type: string): StreamEvent[] {
    const begun = this.begin(response);
    const stop = readStatus(settledAs(response, type));
    if (stop === 'error')
      return [...begun, ...this.within([{ kind: 'error', error: readStreamError({ response }) }])];
    const filled = this.fillFromEnd(response);
    const slots = [...this.gone, ...this.slots.values()];
    const out = [...begun, ...filled, ...slots.flatMap((slot) => slot.endAll())];
    if (slots.some((slot) => slot.unnamed))
      return [...out, ...this.within([malformedEvent('a tool call without a name')])];
    const usage = readResponsesUsage(response.usage);
    if (usage) out.push({ kind: 'usage', usage });
    const wholeCalls = slots.reduce((sum, slot) => sum + slot.wholeCalls, 0);
    const refusal = slots.some((slot) => slot.refused);
    this.over = true;
    return [...out, { kind: 'finish', stop: settleStatus(stop, { wholeCalls, refusal }) }];
  }
}

/** The type of the end counts where the response inside was not brought up to date. */
function settledAs(response: JsonObject, type: string): JsonObject {
  if (type === 'response.incomplete') return { ...response, status: 'incomplete' };
  const stale = response.status === 'in_progress' || response.status === 'queued';
  return stale ? { ...response, status: 'completed' } : response;
}

export const createResponsesStreamDecoder = (options: StreamDecoderOptions): Machine<SseEvent, StreamEvent> =>
  new ResponsesStreamDecoder(options.vendor ?? VENDOR);
