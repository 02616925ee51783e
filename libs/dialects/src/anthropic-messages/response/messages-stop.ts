import type { Json, JsonObject } from '@turnpike/kernel';
import { compact, type StopDetails, type StopReason } from '@turnpike/protocol';
import { objectOf, textOf } from '../../answer';

const STOPS: Readonly<Record<string, StopReason>> = {
  end_turn: 'end',
  max_tokens: 'length',
  stop_sequence: 'stop_sequence',
  tool_use: 'tool',
  pause_turn: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context_full',
};

/** undefined: not finished. A word that nobody knows is a normal end. */
export function readStopReason(value: Json | undefined): StopReason | undefined {
  const word = textOf(value);
  if (word === undefined) return undefined;
  return Object.hasOwn(STOPS, word) ? STOPS[word] : 'end';
}

/** A normal end with a whole call means tools; a claim of calls without any is a normal end. */
export function settleMessagesStop(
  stop: StopReason,
  said: { readonly wholeCalls: number; readonly calls: number },
): StopReason {
  if (stop === 'tool') return said.calls > 0 ? 'tool' : 'end';
  return stop === 'end' && said.wholeCalls > 0 ? 'tool' : stop;
}

/** `stop_reason` of a canonical stop; errors never get here. */
export function writeStopReason(stop: StopReason): string {
  switch (stop) {
    case 'length':
      return 'max_tokens';
    case 'context_full':
      return 'model_context_window_exceeded';
    case 'stop_sequence':
      return 'stop_sequence';
    case 'tool':
      return 'tool_use';
    case 'pause':
      return 'pause_turn';
    case 'filtered':
    case 'refusal':
      return 'refusal';
    default:
      return 'end_turn';
  }
}

/** What is said about a refusal; undefined: nothing. */
export function readStopDetails(value: Json | undefined): StopDetails | undefined {
  const told = objectOf(value) ?? {};
  if (told.type !== undefined && told.type !== 'refusal') return undefined;
  const details = compact<StopDetails>({
    category: textOf(told.category),
    explanation: textOf(told.explanation),
  });
  return Object.keys(details).length === 0 ? undefined : details;
}

/** The member that stands beside a refusal, and beside nothing else. */
export const writeStopDetails = (stop: StopReason, details: StopDetails | undefined): JsonObject =>
  writeStopReason(stop) === 'refusal'
    ? {
        stop_details: {
          type: 'refusal',
          category: details?.category ?? null,
          explanation: details?.explanation ?? null,
        },
      }
    : {};
