import type { Json } from '@turnpike/kernel';
import type { StopReason } from '@turnpike/protocol';
import { textOf } from '../../answer';

const STOPS: ReadonlyMap<string, StopReason> = new Map([
  ['COMPLETE', 'end'],
  ['STOP_SEQUENCE', 'stop_sequence'],
  ['MAX_TOKENS', 'length'],
  ['TOOL_CALL', 'tool'],
  ['ERROR_TOXIC', 'filtered'],
  ['ERROR', 'error'],
  ['ERROR_LIMIT', 'error'],
  ['TIMEOUT', 'error'],
  ['USER_CANCEL', 'error'],
]);

/** undefined: not finished. A word that nobody knows is a normal end. */
export function readFinishReason(value: Json | undefined): StopReason | undefined {
  const word = textOf(value);
  return word === undefined ? undefined : (STOPS.get(word) ?? 'end');
}

/** A normal end with a call means tools; a claim of calls without any is a normal end. */
export function settleCohereStop(stop: StopReason, calls: number): StopReason {
  if (stop === 'tool') return calls > 0 ? 'tool' : 'end';
  return stop === 'end' && calls > 0 ? 'tool' : stop;
}
