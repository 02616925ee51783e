import type { Json, JsonObject } from '@turnpike/kernel';
import type { StopReason } from '@turnpike/protocol';
import { objectOf, textOf } from '../../answer';

const STOPS: ReadonlyMap<string, StopReason> = new Map([
  ['end_turn', 'end'],
  ['tool_use', 'tool'],
  ['max_tokens', 'length'],
  ['stop_sequence', 'stop_sequence'],
  ['model_context_window_exceeded', 'context_full'],
  ['guardrail_intervened', 'filtered'],
  ['content_filtered', 'filtered'],
  ['refusal', 'refusal'],
  ['pause_turn', 'pause'],
  ['malformed_tool_use', 'malformed_call'],
  ['malformed_model_output', 'malformed_call'],
]);

/** undefined: not finished. A word that nobody knows is a normal end. */
export function readStopReason(value: Json | undefined): StopReason | undefined {
  const word = textOf(value);
  return word === undefined ? undefined : (STOPS.get(word) ?? 'end');
}

/** A normal end with a whole call means tools; a claim of calls without any is a normal end. */
export function settleConverseStop(stop: StopReason, calls: number): StopReason {
  if (stop === 'tool') return calls > 0 ? 'tool' : 'end';
  return stop === 'end' && calls > 0 ? 'tool' : stop;
}

/** The stop sequence that was met, which is asked for beside the answer. */
export const matchedStop = (body: JsonObject): string | undefined =>
  textOf(objectOf(body.additionalModelResponseFields)?.stop_sequence);
