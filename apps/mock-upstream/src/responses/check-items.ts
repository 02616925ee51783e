import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, isBase64, nameSet, objectsOf, unknownMember } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import type { WireRequest } from '../wire/wire-request';
import { isReference, typeOf } from './expand-input';

/** Members of the items that clients write; the passthrough one is the vendor's own coding agent's. */
const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  message: nameSet('type role content id status phase internal_chat_message_metadata_passthrough'),
  function_call: nameSet(`type id call_id name arguments status namespace caller
    internal_chat_message_metadata_passthrough`),
  function_call_output: nameSet(
    `type id call_id output status caller internal_chat_message_metadata_passthrough`,
  ),
  custom_tool_call: nameSet(`type id call_id name input status namespace caller
    internal_chat_message_metadata_passthrough`),
  custom_tool_call_output: nameSet(`type id call_id output status caller
    internal_chat_message_metadata_passthrough`),
  reasoning: nameSet(
    `type id summary content encrypted_content status internal_chat_message_metadata_passthrough`,
  ),
  item_reference: nameSet('type id'),
};
const OTHERS = nameSet(`additional_tools compaction compaction_trigger tool_search_call tool_search_output
  web_search_call file_search_call image_generation_call code_interpreter_call local_shell_call
  local_shell_call_output shell_call shell_call_output apply_patch_call apply_patch_call_output computer_call
  computer_call_output mcp_list_tools mcp_call mcp_approval_request mcp_approval_response program program_output`);
const PREFIXES: Readonly<Record<string, string>> = {
  message: 'msg',
  function_call: 'fc',
  function_call_output: 'fc',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'ctc',
  reasoning: 'rs',
};
const INPUT_PARTS: readonly string[] = ['input_text', 'input_image', 'input_file', 'input_audio'];
const ANSWER_PARTS: readonly string[] = ['output_text', 'refusal'];
const CALL_NAME = /^[a-zA-Z0-9_-]{1,128}$/;

const coded = (code: string, at: string, message: string): VendorError => ({
  ...complain(at, message),
  code,
});
const missing = (at: string): VendorError =>
  coded('missing_required_parameter', at, `Missing required parameter: '${at}'.`);
const wrongType = (at: string, wants: string): VendorError =>
  coded('invalid_type', at, `Invalid type for '${at}': expected ${wants}.`);

function checkImage(part: JsonObject, at: string): VendorError | undefined {
  if (typeof part.file_id === 'string') return undefined;
  const url = part.image_url;
  if (typeof url !== 'string') return wrongType(`${at}.image_url`, 'a string');
  const data = /^data:image\/(png|jpeg|gif|webp);base64,(.+)$/s.exec(url);
  if (data ? isBase64(String(data[2])) : /^https?:\/\/\S+$/.test(url)) return undefined;
  return coded(
    'invalid_value',
    `${at}.image_url`,
    `Invalid '${at}.image_url'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the 'data:' prefix.`,
  );
}

function checkFile(part: JsonObject, at: string): VendorError | undefined {
  if (part.file_id ?? part.file_url) return undefined;
  if (typeof part.file_data !== 'string') return missing(`${at}.file_data`);
  if (typeof part.filename !== 'string') return missing(`${at}.filename`);
  const data = /^data:[\w.+-]+\/[\w.+-]+;base64,(.+)$/s.exec(part.file_data);
  return data && isBase64(String(data[1]))
    ? undefined
    : coded(
        'invalid_value',
        `${at}.file_data`,
        `Invalid '${at}.file_data': expected a base64-encoded data URL.`,
      );
}

function checkPart(part: Json, allowed: readonly string[], at: string): VendorError | undefined {
  if (!isObject(part)) return wrongType(at, 'an object');
  const { type } = part;
  if (!allowed.includes(asText(type)))
    return coded(
      'invalid_value',
      `${at}.type`,
      `Invalid value: '${asText(type)}'. Supported values are: ${allowed.map((word) => `'${word}'`).join(', ')}.`,
    );
  if (type === 'input_image') return checkImage(part, at);
  if (type === 'input_file') return checkFile(part, at);
  const member = type === 'refusal' ? 'refusal' : 'text';
  if (type === 'input_audio') return undefined;
  return typeof part[member] === 'string' ? undefined : missing(`${at}.${member}`);
}

function checkParts(
  value: Json | undefined,
  allowed: readonly string[],
  at: string,
): VendorError | undefined {
  if (typeof value === 'string') return undefined;
  if (!Array.isArray(value)) return wrongType(at, 'one of a string or array of objects');
  for (const [i, part] of value.entries()) {
    const problem = checkPart(part, allowed, `${at}[${i}]`);
    if (problem) return problem;
  }
  return undefined;
}

function checkCallId(item: JsonObject, at: string): VendorError | undefined {
  const id = item.call_id;
  if (typeof id !== 'string') return missing(`${at}.call_id`);
  if (!id) return coded('empty_string', `${at}.call_id`, `Invalid '${at}.call_id': empty string.`);
  return id.length > 64
    ? coded(
        'string_above_max_length',
        `${at}.call_id`,
        `Invalid '${at}.call_id': string too long. Expected a string with maximum length 64, but got a string with length ${id.length} instead.`,
      )
    : undefined;
}

function checkCall(item: JsonObject, member: string, at: string): VendorError | undefined {
  const problem = checkCallId(item, at);
  if (problem) return problem;
  if (typeof item.name !== 'string') return missing(`${at}.name`);
  if (!CALL_NAME.test(item.name))
    return coded(
      'invalid_value',
      `${at}.name`,
      `Invalid '${at}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
    );
  return typeof item[member] === 'string' ? undefined : missing(`${at}.${member}`);
}

function checkReasoning(item: JsonObject, at: string, wire: WireRequest): VendorError | undefined {
  const id = asText(item.id);
  if (!Array.isArray(item.summary)) return missing(`${at}.summary`);
  if (objectsOf(item.summary).some((part) => part.type !== 'summary_text' || typeof part.text !== 'string'))
    return coded(
      'invalid_value',
      `${at}.summary`,
      `Invalid value in '${at}.summary'. Supported values are: 'summary_text'.`,
    );
  const secret = item.encrypted_content ?? undefined;
  if (secret !== undefined)
    return typeof secret === 'string' && wire.seal.fits(id, secret)
      ? undefined
      : coded(
          'invalid_encrypted_content',
          at,
          `The encrypted content for item ${id} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
        );
  if (id && wire.kept.item(id, wire.credential)) return undefined;
  return {
    ...complain(
      'input',
      `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
      404,
    ),
  };
}

function checkReference(item: JsonObject, at: string, wire: WireRequest): VendorError | undefined {
  if (typeof item.id !== 'string') return missing(`${at}.id`);
  return wire.kept.item(item.id, wire.credential)
    ? undefined
    : complain('input', `Item with id '${item.id}' not found.`, 404);
}

function checkMessage(item: JsonObject, at: string): VendorError | undefined {
  const role = asText(item.role);
  if (!['user', 'assistant', 'system', 'developer'].includes(role))
    return coded(
      'invalid_value',
      `${at}.role`,
      `Invalid value: '${role}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.`,
    );
  return checkParts(item.content, role === 'assistant' ? ANSWER_PARTS : INPUT_PARTS, `${at}.content`);
}

function checkByType(item: JsonObject, type: string, at: string, wire: WireRequest): VendorError | undefined {
  switch (type) {
    case 'message':
      return checkMessage(item, at);
    case 'function_call':
      return checkCall(item, 'arguments', at);
    case 'custom_tool_call':
      return checkCall(item, 'input', at);
    case 'function_call_output':
    case 'custom_tool_call_output':
      return checkCallId(item, at) ?? checkParts(item.output, INPUT_PARTS, `${at}.output`);
    case 'reasoning':
      return checkReasoning(item, at, wire);
    case 'compaction':
      return typeof item.encrypted_content === 'string' && wire.seal.fits('', item.encrypted_content)
        ? undefined
        : coded('invalid_encrypted_content', at, 'The encrypted content could not be verified.');
    default:
      return undefined;
  }
}

function checkItem(item: JsonObject, at: string, wire: WireRequest): VendorError | undefined {
  if (isReference(item)) return checkReference(item, at, wire);
  const type = typeOf(item);
  const members = MEMBERS[type];
  if (!members && !OTHERS.has(type))
    return coded(
      'invalid_value',
      `${at}.type`,
      `Invalid value: '${type}'. Supported values are: ${[...Object.keys(MEMBERS), ...OTHERS].map((word) => `'${word}'`).join(', ')}.`,
    );
  const extra = members && unknownMember(item, members);
  if (extra) return coded('unknown_parameter', `${at}.${extra}`, `Unknown parameter: '${at}.${extra}'.`);
  const prefix = PREFIXES[type];
  if (prefix && typeof item.id === 'string' && !item.id.startsWith(prefix))
    return coded(
      'invalid_value',
      `${at}.id`,
      `Invalid '${at}.id': '${item.id}'. Expected an ID that begins with '${prefix}'.`,
    );
  return checkByType(item, type, at, wire);
}

/** The vendor's complaint about one of the request's own items, or undefined. */
export function checkItems(wire: WireRequest): VendorError | undefined {
  for (const [i, item] of objectsOf(wire.members.input).entries()) {
    const problem = checkItem(item, `input[${i}]`, wire);
    if (problem) return problem;
  }
  return undefined;
}
