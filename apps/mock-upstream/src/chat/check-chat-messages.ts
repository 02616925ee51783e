import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, isBase64, nameSet, unknownMember } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';

/** Members by role. Reasoning comes back in the spellings that compatible servers gave it out in. */
const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  system: nameSet('role content name'),
  developer: nameSet('role content name'),
  user: nameSet('role content name'),
  tool: nameSet('role content tool_call_id'),
  function: nameSet('role content name'),
  assistant: nameSet(`role content name refusal audio function_call tool_calls annotations reasoning_content
    reasoning_details images`),
};
const PARTS: Readonly<Record<string, ReadonlySet<string>>> = {
  user: nameSet('text image_url input_audio file'),
  assistant: nameSet('text refusal'),
};
const TEXT_ONLY = nameSet('text');

function checkPart(part: Json, role: string, at: string): VendorError | undefined {
  if (!isObject(part) || typeof part.type !== 'string')
    return complain(`${at}.type`, `Missing required parameter: '${at}.type'.`);
  if (!(PARTS[role] ?? TEXT_ONLY).has(part.type))
    return complain(`${at}.type`, `Invalid value: '${part.type}' for a message of role '${role}'.`);
  if (part.type === 'text' && typeof part.text !== 'string')
    return complain(`${at}.text`, `Invalid type for '${at}.text': expected a string.`);
  if (part.type !== 'image_url') return undefined;
  const url = isObject(part.image_url) ? part.image_url.url : undefined;
  if (typeof url !== 'string')
    return complain(`${at}.image_url.url`, `Missing required parameter: '${at}.image_url.url'.`);
  const data = /^data:image\/(png|jpeg|gif|webp);base64,(.+)$/s.exec(url);
  if (data ? isBase64(String(data[2])) : /^https?:\/\/\S+$/.test(url)) return undefined;
  return complain(
    `${at}.image_url.url`,
    'You uploaded an unsupported image. Expected a base64-encoded data URL or an http(s) URL.',
  );
}

function checkContent(message: JsonObject, role: string, at: string): VendorError | undefined {
  const { content } = message;
  if (content === undefined || content === null) {
    const excused =
      role === 'assistant' &&
      (message.tool_calls ?? message.function_call ?? message.audio ?? message.refusal);
    return excused
      ? undefined
      : complain(`${at}.content`, `Invalid value for 'content': expected a string, got null.`);
  }
  if (typeof content === 'string') return undefined;
  if (!Array.isArray(content) || !content.length)
    return complain(
      `${at}.content`,
      `Invalid type for '${at}.content': expected one of a string or array of objects.`,
    );
  for (const [i, part] of content.entries()) {
    const problem = checkPart(part, role, `${at}.content[${i}]`);
    if (problem) return problem;
  }
  return undefined;
}

function checkCalls(calls: Json | undefined, at: string): VendorError | undefined {
  if (calls === undefined || calls === null) return undefined;
  if (!Array.isArray(calls) || !calls.length)
    return complain(`${at}.tool_calls`, `Invalid '${at}.tool_calls': empty array.`);
  for (const [i, call] of calls.entries()) {
    const where = `${at}.tool_calls[${i}]`;
    if (!isObject(call) || typeof call.id !== 'string' || !call.id || call.id.length > 64)
      return complain(`${where}.id`, `Invalid '${where}.id': expected a string of 1 to 64 characters.`);
    const body = call.type === 'custom' ? call.custom : call.function;
    const text = isObject(body) ? (body.arguments ?? body.input) : undefined;
    if (!isObject(body) || typeof body.name !== 'string' || !body.name || typeof text !== 'string')
      return complain(
        `${where}.function`,
        `Invalid '${where}.function': needs a name and arguments as a string.`,
      );
  }
  return undefined;
}

/** Every call id must be answered by tool messages right after it, and only those. */
function checkAnswers(messages: readonly JsonObject[]): VendorError | undefined {
  const open = new Set<string>();
  for (const [i, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!open.delete(asText(message.tool_call_id)))
        return complain(
          `messages[${i}].role`,
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        );
      continue;
    }
    if (open.size) break;
    for (const call of Array.isArray(message.tool_calls) ? message.tool_calls : [])
      if (isObject(call)) open.add(asText(call.id));
  }
  if (!open.size) return undefined;
  return complain(
    'messages',
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
  );
}

/** The vendor's complaint about the conversation, or undefined. */
export function checkChatMessages(value: Json | undefined): VendorError | undefined {
  const messages: JsonObject[] = [];
  for (const [i, message] of (Array.isArray(value) ? value : []).entries()) {
    const at = `messages[${i}]`;
    if (!isObject(message)) return complain(at, `Invalid type for '${at}': expected an object.`);
    const role = typeof message.role === 'string' ? message.role : '';
    const members = MEMBERS[role];
    if (!members)
      return complain(
        `${at}.role`,
        `Invalid value: '${role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.`,
      );
    const extra = unknownMember(message, members);
    if (extra)
      return complain(
        `${at}.${extra}`,
        `Additional properties are not allowed ('${extra}' was unexpected) - '${at}'`,
      );
    const problem = checkContent(message, role, at) ?? checkCalls(message.tool_calls, at);
    if (problem) return problem;
    messages.push(message);
  }
  return checkAnswers(messages);
}
