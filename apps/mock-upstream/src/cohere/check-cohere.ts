import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import type { MemberRule } from '../wire/member-rules';
import {
  aBoolean,
  aList,
  aNumber,
  anInteger,
  anObject,
  asText,
  checkMembers,
  firstProblem,
  nameSet,
  objectsOf,
  oneOf,
  unknownMember,
} from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import type { WireRequest } from '../wire/wire-request';

const KNOWN =
  nameSet(`model messages tools strict_tools documents citation_options response_format safety_mode
  max_tokens stop_sequences temperature seed frequency_penalty presence_penalty k p logprobs tool_choice thinking
  raw_prompting priority stream`);
const RULES: Record<string, MemberRule> = {
  stream: aBoolean,
  strict_tools: aBoolean,
  tools: aList,
  thinking: anObject,
  response_format: anObject,
  max_tokens: anInteger(1),
  temperature: aNumber(0, 1),
  p: aNumber(0.01, 0.99),
  k: anInteger(0, 500),
  seed: anInteger(0),
  frequency_penalty: aNumber(0, 1),
  presence_penalty: aNumber(0, 1),
  tool_choice: oneOf('REQUIRED', 'NONE'),
  safety_mode: oneOf('CONTEXTUAL', 'STRICT', 'OFF'),
  stop_sequences: [
    (v) => Array.isArray(v) && v.length <= 5 && v.every((stop) => typeof stop === 'string'),
    'a list of at most 5 strings',
  ],
};
const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  system: nameSet('role content'),
  user: nameSet('role content'),
  assistant: nameSet('role content tool_calls tool_plan citations'),
  tool: nameSet('role tool_call_id content'),
};
const PARTS: Readonly<Record<string, readonly string[]>> = {
  system: ['text'],
  user: ['text', 'image_url'],
  assistant: ['text', 'thinking'],
  tool: ['text', 'document', 'image_url'],
};
const TOOL_NAME = /^[a-zA-Z_][a-zA-Z0-9_-]{0,255}$/;

const say = (at: string, words: string): VendorError => complain(at, `invalid request: ${words}`);

function checkTools(body: JsonObject): VendorError | undefined {
  const tools = Array.isArray(body.tools) ? body.tools : [];
  if (Array.isArray(body.tools) && !tools.length) return say('tools', 'tools must not be empty');
  if (body.tool_choice !== undefined && !tools.length)
    return say('tool_choice', 'tool_choice is only supported with tools');
  for (const [i, tool] of tools.entries()) {
    const fn = isObject(tool) ? tool.function : undefined;
    if (!isObject(tool) || tool.type !== 'function' || !isObject(fn))
      return say('tools', `tools[${i}] must be of type function`);
    const extra =
      unknownMember(tool, nameSet('type function')) ??
      unknownMember(fn, nameSet('name description parameters'));
    if (extra) return say('tools', `unknown field: parameter '${extra}' is not a valid field`);
    if (!TOOL_NAME.test(asText(fn.name))) return say('tools', `tools[${i}].function.name is not valid`);
    if (!isObject(fn.parameters))
      return say('tools', `tools[${i}].function.parameters must be a JSON schema`);
  }
  return undefined;
}

function checkFormat({ response_format: format }: JsonObject): VendorError | undefined {
  if (!isObject(format)) return undefined;
  const extra = unknownMember(format, nameSet('type schema json_schema'));
  if (extra) return say('response_format', `unknown field: parameter '${extra}' is not a valid field`);
  return format.type === 'text' || format.type === 'json_object'
    ? undefined
    : say('response_format', "response_format.type must be 'text' or 'json_object'");
}

function checkContent(message: JsonObject, role: string, at: string): VendorError | undefined {
  const { content } = message;
  if (content === undefined || content === null)
    return role === 'assistant' && message.tool_calls
      ? undefined
      : say('messages', `${at}.content is required`);
  if (typeof content === 'string')
    return content ? undefined : say('messages', `${at}.content must not be empty`);
  if (!Array.isArray(content)) return say('messages', `${at}.content must be a string or a list`);
  for (const part of content) {
    const type = isObject(part) ? asText(part.type) : '';
    if (!isObject(part) || !PARTS[role]?.includes(type))
      return say('messages', `${at}.content of type '${type}' is not supported for role ${role}`);
    const holds = type === 'image_url' ? isObject(part.image_url) && asText(part.image_url.url) : part[type];
    if (!holds) return say('messages', `${at}.content has an empty ${type}`);
  }
  return undefined;
}

function checkCalls(calls: Json | undefined, at: string): VendorError | undefined {
  for (const call of objectsOf(calls)) {
    const fn = isObject(call.function) ? call.function : {};
    if (!call.id || call.type !== 'function' || !fn.name || typeof fn.arguments !== 'string')
      return say(
        'messages',
        `${at}.tool_calls need id, type, function.name and function.arguments as a string`,
      );
  }
  return undefined;
}

/** Every call is answered right after its turn; nothing else is. */
function checkAnswers(messages: readonly JsonObject[]): VendorError | undefined {
  const open = new Set<string>();
  for (const [i, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!open.delete(asText(message.tool_call_id)))
        return say(
          'messages',
          `tool call id '${asText(message.tool_call_id)}' not found in previous tool calls`,
        );
      continue;
    }
    if (open.size)
      return say('messages', `messages[${i}]: tool calls without results: ${[...open].join(', ')}`);
    for (const call of objectsOf(message.tool_calls)) open.add(asText(call.id));
  }
  return open.size ? say('messages', `tool calls without results: ${[...open].join(', ')}`) : undefined;
}

function checkMessages(body: JsonObject): VendorError | undefined {
  const messages = objectsOf(body.messages);
  if (!messages.length) return say('messages', 'messages must not be empty');
  for (const [i, message] of messages.entries()) {
    const at = `messages[${i}]`;
    const role = asText(message.role);
    const members = MEMBERS[role];
    if (!members) return say('messages', `${at}.role must be one of system, user, assistant, tool`);
    const extra = unknownMember(message, members);
    if (extra) return say('messages', `unknown field: parameter '${extra}' is not a valid field`);
    const problem = checkContent(message, role, at) ?? checkCalls(message.tool_calls, at);
    if (problem) return problem;
  }
  if (messages.at(-1)?.role === 'assistant')
    return say('messages', 'the last message must be of role user or tool');
  return checkAnswers(messages);
}

/** The vendor's complaint about a chat request, or undefined. */
export function checkCohere({ body }: WireRequest): VendorError | undefined {
  if (!isObject(body)) return say('body', 'the body is no valid JSON');
  if (typeof body.model !== 'string' || !body.model) return say('model', 'model is required');
  return firstProblem([
    () => {
      const extra = unknownMember(body, KNOWN);
      return extra === undefined
        ? undefined
        : { ...say(extra, `unknown field: parameter '${extra}' is not a valid field`), status: 422 };
    },
    () => checkMembers(body, RULES),
    () => checkTools(body),
    () => checkFormat(body),
    () => checkMessages(body),
  ]);
}
