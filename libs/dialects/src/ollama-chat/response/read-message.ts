import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import type { CallPart, StopReason } from '@turnpike/protocol';
import { objectOf, objectsOf, textOf } from '../../answer';

/** What one line, or a whole answer, says. */
export interface SaidMessage {
  readonly thinking: string;
  readonly text: string;
  readonly calls: readonly CallPart[];
}

function argumentText(value: Json | undefined): string {
  if (isObject(value)) return stringifyJson(value);
  return textOf(value) ?? '{}';
}

/** A call comes whole. Older servers give it no id: one is made where the client is answered. */
function readCall(value: JsonObject): CallPart | undefined {
  const called = objectOf(value.function);
  const name = textOf(called?.name);
  if (name === undefined) return undefined;
  const args = argumentText(called?.arguments);
  return { kind: 'call', id: textOf(value.id) ?? '', name, args, tool: 'function' };
}

export function readMessage(message: JsonObject | undefined): SaidMessage {
  const calls = objectsOf(message?.tool_calls).map(readCall);
  return {
    thinking: textOf(message?.thinking) ?? '',
    text: textOf(message?.content) ?? '',
    calls: calls.filter((call) => call !== undefined),
  };
}

/** How the answer ended; calls have no word of their own. A word that nobody knows is a normal end. */
export function readDoneReason(body: JsonObject, calls: number): StopReason {
  if (textOf(body.done_reason) === 'length') return 'length';
  return calls > 0 ? 'tool' : 'end';
}

/** Seconds since the epoch of an RFC 3339 time. */
export function readCreatedAt(body: JsonObject): number | undefined {
  const at = Date.parse(textOf(body.created_at) ?? '');
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}
