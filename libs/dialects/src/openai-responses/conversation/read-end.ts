import { isObject, parseJson, type JsonObject } from '@turnpike/kernel';
import { eventData } from '../../answer';

const EVENT_END = /\r?\n\r?\n/;
const ENDS: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete', 'response.done']);

/** The response that a stream ended in, out of its last events; undefined: it did not end there, or failed. */
export function readEnd(text: string): JsonObject | undefined {
  for (const event of text.split(EVENT_END).reverse()) {
    const data = eventData(event);
    if (data === undefined) continue;
    const value = parseJson(data);
    if (!isObject(value) || !ENDS.has(value.type)) return undefined;
    return isObject(value.response) ? value.response : undefined;
  }
  return undefined;
}
