import type { Json, JsonObject } from '@turnpike/kernel';
import type { StopDetails, StopReason, VendorError } from '@turnpike/protocol';
import { objectOf, textOf } from '../../answer';
import { camelObject } from '../wire';

const named = (stop: StopReason, words: string): [string, StopReason][] =>
  words.split(' ').map((word) => [word, stop]);

const STOPS: ReadonlyMap<string, StopReason> = new Map([
  ...named('end', 'STOP'),
  ...named('length', 'MAX_TOKENS'),
  ...named('filtered', 'SAFETY RECITATION BLOCKLIST PROHIBITED_CONTENT SPII LANGUAGE MODEL_ARMOR'),
  ...named('filtered', 'IMAGE_SAFETY IMAGE_PROHIBITED_CONTENT IMAGE_RECITATION'),
  ...named('malformed_call', 'MALFORMED_FUNCTION_CALL UNEXPECTED_TOOL_CALL TOO_MANY_TOOL_CALLS'),
  ...named('error', 'OTHER MALFORMED_RESPONSE MISSING_THOUGHT_SIGNATURE IMAGE_OTHER NO_IMAGE'),
]);

/** Words that mean the answer goes on. */
const UNFINISHED: ReadonlySet<string> = new Set(['FINISH_REASON_UNSPECIFIED', 'CONTINUATION']);

/** Words by their numbers, for answers in which enums were asked for as numbers. */
const NUMBERED: readonly string[] = [
  ...['FINISH_REASON_UNSPECIFIED', 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'OTHER', 'LANGUAGE'],
  ...['BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'MALFORMED_FUNCTION_CALL', 'IMAGE_SAFETY'],
];

/** undefined: not finished. A word that nobody knows is a normal end. */
export function readFinishReason(value: Json | undefined): StopReason | undefined {
  const word = typeof value === 'number' ? (NUMBERED[value] ?? String(value)) : textOf(value);
  if (word === undefined || UNFINISHED.has(word)) return undefined;
  return STOPS.get(word) ?? 'end';
}

/** A normal end with a call means tools: this dialect has no word for it. */
export const settleGeminiStop = (stop: StopReason, calls: number): StopReason =>
  stop === 'end' && calls > 0 ? 'tool' : stop;

/** True: the prompt itself was refused, so that there is no candidate. */
export const isPromptBlocked = (body: JsonObject): boolean =>
  textOf(camelObject(body.promptFeedback)?.blockReason) !== undefined;

/** `finishReason` of a canonical stop; errors never get here. */
export function writeFinishReason(stop: StopReason): string {
  switch (stop) {
    case 'length':
    case 'context_full':
      return 'MAX_TOKENS';
    case 'filtered':
    case 'refusal':
      return 'SAFETY';
    default:
      return 'STOP';
  }
}

/** An answer whose finish reason is itself an error. */
export function stopError(candidate: JsonObject | undefined): VendorError {
  const reason = textOf(candidate?.finishReason);
  const said = textOf(candidate?.finishMessage);
  const message = said ?? `The provider ended its answer with an error${reason ? ` (${reason})` : ''}.`;
  return { message, type: 'INTERNAL', ...(reason === undefined ? {} : { code: reason }) };
}

/** An error beside or instead of an answer, also as `[{error}]`. */
export const errorIn = (body: JsonObject): Json | undefined =>
  body.error ? (objectOf(body.error) ?? body.error) : undefined;

/** Why a candidate was withheld; of other ends the vendor's sentence says nothing to a reader. */
export function readFinishMessage(
  stop: StopReason | undefined,
  said: Json | undefined,
): StopDetails | undefined {
  const explanation = stop === 'filtered' ? textOf(said) : undefined;
  return explanation === undefined ? undefined : { explanation };
}

/** Why the prompt was refused. */
export const readBlockMessage = (body: JsonObject): StopDetails | undefined =>
  readFinishMessage('filtered', camelObject(body.promptFeedback)?.blockReasonMessage);

/** `finishMessage` of an answer that was withheld. */
export const writeFinishMessage = (details: StopDetails | undefined): JsonObject =>
  details?.explanation === undefined ? {} : { finishMessage: details.explanation };
