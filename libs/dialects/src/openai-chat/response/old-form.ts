import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import type { AnswerView } from '../../dialect';

/** What a request says of itself whose tools are `functions`: its answers tell of one call, in the form of that time. */
export const OLD_FORM: JsonObject = { functions: true };

const isFilled = (list: Json | undefined): boolean => Array.isArray(list) && list.length > 0;

export const asksInOldForm = ({ functions, tools }: JsonObject): boolean =>
  isFilled(functions) && !isFilled(tools);

export const answersInOldForm = ({ request }: Pick<AnswerView, 'request'>): boolean =>
  request?.dialect === 'openai-chat' && request.echo?.functions === true;

/** A message with its first call as `function_call`; it had no place for more. */
export function inOldForm({ tool_calls, ...message }: JsonObject): JsonObject {
  const first = Array.isArray(tool_calls) ? tool_calls[0] : undefined;
  return isObject(first) ? { ...message, function_call: first.function } : message;
}

/** `finish_reason` of that form. */
export const oldFinishReason = (reason: string): string =>
  reason === 'tool_calls' ? 'function_call' : reason;
