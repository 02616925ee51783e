import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import {
  compact,
  describeJson,
  otherMembers,
  readProof,
  refuse,
  requireArray,
  requireObject,
  requireString,
  type CallPart,
  type Signature,
} from '@turnpike/protocol';

const CALL_MEMBERS = new Set(['id', 'type', 'index', 'function', 'custom', 'extra_content']);

interface Signed {
  readonly signature?: Signature;
  readonly native?: JsonObject;
}

/**
 * `extra_content.google.thought_signature`: Google's own, or another vendor's in a wrapping of ours. Whatever else
 * `extra_content` says is for servers of this dialect.
 */
function decodeExtra(value: Json | undefined): Signed {
  if (!isObject(value)) return value === undefined ? {} : { native: { extra_content: value } };
  const { google, turnpike: _ours, ...others } = value;
  const { thought_signature: signed, ...more } = isObject(google) ? google : {};
  const rest = compact<JsonObject>({ ...others, google: Object.keys(more).length > 0 ? more : undefined });
  const { signature } = readProof(typeof signed === 'string' ? signed : undefined, 'google');
  return {
    ...(signature && { signature }),
    ...(Object.keys(rest).length > 0 && { native: { extra_content: rest } }),
  };
}

/** Ids given to calls of the old form (`function_call`), by function name; the results name the function alone. */
export type LegacyCalls = Map<string, string>;

export const legacyCallId = (legacy: LegacyCalls, name: string): string => legacy.get(name) ?? name;

/** Arguments are text; an object is understood as well. */
function argumentsOf(value: Json | undefined, param: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return isObject(value)
    ? stringifyJson(value)
    : refuse(param, `must be a string of JSON, not ${describeJson(value)}`);
}

function decodeCall(value: Json, param: string): CallPart {
  const call = requireObject(value, param);
  const id = requireString(call.id, `${param}.id`);
  const extra = decodeExtra(call.extra_content);
  const others = otherMembers(call, CALL_MEMBERS);
  const native = others || extra.native ? { ...others, ...extra.native } : undefined;
  const { signature } = extra;
  if (call.type === 'custom') {
    const custom = requireObject(call.custom, `${param}.custom`);
    const name = requireString(custom.name, `${param}.custom.name`);
    const args = requireString(custom.input, `${param}.custom.input`);
    return compact<CallPart>({ kind: 'call', id, name, args, tool: 'custom', signature, native });
  }
  const fn = requireObject(call.function, `${param}.function`);
  const name = requireString(fn.name, `${param}.function.name`);
  if (name === '') refuse(`${param}.function.name`, 'must not be empty');
  const args = argumentsOf(fn.arguments, `${param}.function.arguments`);
  return compact<CallPart>({ kind: 'call', id, name, args, tool: 'function', signature, native });
}

/** Calls of an assistant message, in the present and in the old form. */
export function decodeCalls(
  message: JsonObject,
  param: string,
  index: number,
  legacy: LegacyCalls,
): CallPart[] {
  const list = message.tool_calls === undefined || message.tool_calls === null ? [] : message.tool_calls;
  const calls = requireArray(list, `${param}.tool_calls`).map((call, i) =>
    decodeCall(call, `${param}.tool_calls[${i}]`),
  );
  if (message.function_call === undefined || message.function_call === null) return calls;
  const at = `${param}.function_call`;
  const fn = requireObject(message.function_call, at);
  const name = requireString(fn.name, `${at}.name`);
  const id = `call_legacy_${index}`;
  legacy.set(name, id);
  return [
    ...calls,
    { kind: 'call', id, name, args: argumentsOf(fn.arguments, `${at}.arguments`), tool: 'function' },
  ];
}
