import type { JsonObject } from '@turnpike/kernel';
import type { StopReason } from '@turnpike/protocol';
import { textOf } from '../../answer';

/** What servers write as `finish_reason`, vendors' own words included. */
const STOPS: Readonly<Record<string, StopReason>> = {
  stop: 'end',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool',
  tool_use: 'tool',
  function_call: 'tool',
  content_filter: 'filtered',
  sensitive: 'filtered',
  refusal: 'refusal',
  stop_sequence: 'stop_sequence',
  error: 'error',
  network_error: 'error',
  insufficient_system_resource: 'error',
};

/** undefined: not finished; an empty word says the same as null. A word that nobody knows is a normal end. */
export function readFinishReason(choice: JsonObject): StopReason | undefined {
  const word = textOf(choice.finish_reason);
  if (word === undefined) return undefined;
  return Object.hasOwn(STOPS, word) ? STOPS[word] : 'end';
}

/** Text that vLLM (`stop_reason`) and SGLang (`matched_stop`) report as matched; token numbers say nothing. */
export const readMatchedStop = (choice: JsonObject): string | undefined =>
  textOf(choice.stop_reason) ?? textOf(choice.matched_stop);

export interface Said {
  /** Calls whose arguments are whole. */
  readonly wholeCalls: number;
  /** Calls at all, cut-off ones included. */
  readonly calls: number;
  readonly refusal: boolean;
  readonly matched?: string;
}

/**
 * What the answer really ended with. A normal end with a whole call means tools; length and filters are never
 * overridden; a claim of calls without any is a normal end.
 */
export function settleStop(
  stop: StopReason,
  said: Said,
): { readonly stop: StopReason; readonly stopSequence?: string } {
  if (stop === 'tool') return { stop: said.calls > 0 ? 'tool' : 'end' };
  if (stop !== 'end' && stop !== 'stop_sequence') return { stop };
  if (said.wholeCalls > 0) return { stop: 'tool' };
  if (said.refusal) return { stop: 'refusal' };
  return said.matched === undefined ? { stop } : { stop: 'stop_sequence', stopSequence: said.matched };
}

/** `finish_reason` of a canonical stop; errors never get here. */
export function writeFinishReason(stop: StopReason): string {
  switch (stop) {
    case 'length':
    case 'context_full':
      return 'length';
    case 'tool':
      return 'tool_calls';
    case 'filtered':
    case 'refusal':
      return 'content_filter';
    default:
      return 'stop';
  }
}
