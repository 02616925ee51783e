import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import {
  compact,
  describeJson,
  readString,
  refuse,
  requireString,
  type CallPart,
  type ResultPart,
} from '@turnpike/protocol';
import { textOf } from '../../answer';
import { decodeContent } from '../../openai-content/decode-content';

/** Arguments are text; an object is understood as well. */
function argumentsOf(value: Json | undefined, param: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return isObject(value)
    ? stringifyJson(value)
    : refuse(param, `must be a string of JSON, not ${describeJson(value)}`);
}

/** `function_call` and `custom_tool_call`. The link to the result is `call_id`; `id` names the item alone. */
export function decodeCall(item: JsonObject, param: string): CallPart {
  const custom = item.type === 'custom_tool_call';
  const name = requireString(item.name, `${param}.name`);
  if (name === '') refuse(`${param}.name`, 'must not be empty');
  return compact<CallPart>({
    kind: 'call',
    id: requireString(item.call_id, `${param}.call_id`),
    name,
    args: custom
      ? requireString(item.input, `${param}.input`)
      : argumentsOf(item.arguments, `${param}.arguments`),
    tool: custom ? 'custom' : 'function',
    namespace: readString(item.namespace, `${param}.namespace`),
    itemId: textOf(item.id),
  });
}

/** `function_call_output` and `custom_tool_call_output`: a string or a list of content parts. */
export const decodeCallOutput = (item: JsonObject, param: string): ResultPart => ({
  kind: 'result',
  callId: requireString(item.call_id, `${param}.call_id`),
  parts: decodeContent(item.output, `${param}.output`),
});
