import type { JsonObject } from '@turnpike/kernel';
import { writeEvent } from '../error/responses-error-event';

/** Numbers events and items of one stream and keeps the items that are done. */
export class ItemSink {
  /** Number of the next event. */
  sequence = 0;
  private readonly items: (JsonObject | undefined)[] = [];

  event(type: string, members: JsonObject): string {
    return writeEvent(type, this.sequence++, members);
  }

  /** An event whose one member is a response, given as JSON. */
  whole(type: string, response: string): string {
    return `event: ${type}\ndata: {"type":"${type}","sequence_number":${this.sequence++},"response":${response}}\n\n`;
  }

  /**
   * The frequent event, written without building an object: `head` is JSON of the members before `delta`, without
   * braces, and `tail` what follows it.
   */
  delta(type: string, head: string, text: string, tail = ''): string {
    const data = `{"type":"${type}","sequence_number":${this.sequence++},${head},"delta":${JSON.stringify(text)}${tail}}`;
    return `event: ${type}\ndata: ${data}\n\n`;
  }

  /** Index of a new item, and the place that its events name. */
  reserve(): number {
    return this.items.push(undefined) - 1;
  }

  added(output_index: number, item: JsonObject): string {
    return this.event('response.output_item.added', { output_index, item });
  }

  done(output_index: number, item: JsonObject): string {
    this.items[output_index] = item;
    return this.event('response.output_item.done', { output_index, item });
  }

  /** Items that are done, in their order. */
  get output(): JsonObject[] {
    return this.items.filter((item) => item !== undefined);
  }
}

/** JSON of the members that every delta of one place repeats, without braces. */
export const placeHead = (place: JsonObject): string => JSON.stringify(place).slice(1, -1);
