import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, isBase64, nameSet, unknownMember } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import type { Seal } from '../wire/seal';

/** Members of each block that clients write; blocks of server tools are passed as they are. */
const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  text: nameSet('type text cache_control citations'),
  image: nameSet('type source cache_control transformations'),
  document: nameSet('type source cache_control citations context title'),
  search_result: nameSet('type content source title cache_control citations'),
  tool_use: nameSet('type id input name cache_control caller toolset_name'),
  tool_result: nameSet('type tool_use_id content is_error cache_control toolset_name'),
  thinking: nameSet('type thinking signature'),
  redacted_thinking: nameSet('type data'),
  tool_reference: nameSet('type tool_name cache_control'),
};
const SERVER_BLOCKS =
  nameSet(`server_tool_use web_search_tool_result web_fetch_tool_result code_execution_tool_result
  bash_code_execution_tool_result text_editor_code_execution_tool_result tool_search_tool_result mcp_tool_use
  mcp_tool_result container_upload compaction tool_addition tool_removal`);
const ROLES: Readonly<Record<string, string>> = {
  tool_use: 'assistant',
  thinking: 'assistant',
  redacted_thinking: 'assistant',
  tool_result: 'user',
};
const IN_RESULT = nameSet('text image document search_result tool_reference');
export const TOOL_ID = /^[a-zA-Z0-9_-]+$/;

function checkSource(source: Json | undefined, at: string): VendorError | undefined {
  if (!isObject(source)) return complain(`${at}.source`, 'Field required');
  if (source.type === 'url')
    return /^https?:\/\//.test(asText(source.url))
      ? undefined
      : complain(`${at}.source.url`, 'Only HTTPS URLs are supported.');
  if (source.type !== 'base64') return undefined;
  if (!/^(image\/(jpeg|png|gif|webp)|application\/pdf)$/.test(asText(source.media_type)))
    return complain(
      `${at}.source.base64.media_type`,
      "Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
    );
  return typeof source.data === 'string' && isBase64(source.data)
    ? undefined
    : complain(`${at}.source.base64.data`, 'Invalid base64 data');
}

function checkResult(block: JsonObject, at: string, seal: Seal): VendorError | undefined {
  if (typeof block.tool_use_id !== 'string') return complain(`${at}.tool_use_id`, 'Field required');
  if (block.is_error !== undefined && typeof block.is_error !== 'boolean')
    return complain(`${at}.is_error`, 'Input should be a valid boolean');
  const { content } = block;
  if (content === undefined || content === null || typeof content === 'string') return undefined;
  if (!Array.isArray(content)) return complain(`${at}.content`, 'Input should be a valid list');
  for (const [i, inner] of content.entries()) {
    const where = `${at}.content.${i}`;
    if (!isObject(inner) || !IN_RESULT.has(asText(inner.type)))
      return complain(`${where}.type`, 'Input tag does not match any of the expected tags');
    const problem = checkBlock(inner, 'user', where, seal);
    if (problem) return problem;
  }
  return undefined;
}

function checkToolUse(block: JsonObject, at: string): VendorError | undefined {
  if (typeof block.id !== 'string' || !TOOL_ID.test(block.id))
    return complain(`${at}.id`, "String should match pattern '^[a-zA-Z0-9_-]+$'");
  if (typeof block.name !== 'string' || !block.name) return complain(`${at}.name`, 'Field required');
  return isObject(block.input) ? undefined : complain(`${at}.input`, 'Input should be a valid dictionary');
}

function checkByType(block: JsonObject, at: string, seal: Seal): VendorError | undefined {
  switch (block.type) {
    case 'text':
      if (typeof block.text !== 'string') return complain(`${at}.text`, 'Field required');
      return block.text.trim()
        ? undefined
        : complain('messages', 'text content blocks must contain non-whitespace text');
    case 'image':
    case 'document':
      return checkSource(block.source, at);
    case 'tool_use':
      return checkToolUse(block, at);
    case 'tool_result':
      return checkResult(block, at, seal);
    case 'thinking':
      if (typeof block.thinking !== 'string') return complain(`${at}.thinking`, 'Field required');
      return typeof block.signature === 'string' && seal.fits(block.thinking, block.signature)
        ? undefined
        : complain(at, 'Invalid `signature` in `thinking` block');
    case 'redacted_thinking':
      return typeof block.data === 'string' && seal.fits('', block.data)
        ? undefined
        : complain(at, 'Invalid `data` in `redacted_thinking` block');
    default:
      return undefined;
  }
}

/** The vendor's complaint about one content block, or undefined. */
export function checkBlock(block: Json, role: string, at: string, seal: Seal): VendorError | undefined {
  if (!isObject(block) || typeof block.type !== 'string') return complain(`${at}.type`, 'Field required');
  const members = MEMBERS[block.type];
  if (!members)
    return SERVER_BLOCKS.has(block.type)
      ? undefined
      : complain(at, `Input tag '${block.type}' found using 'type' does not match any of the expected tags`);
  const wanted = ROLES[block.type];
  if (wanted && wanted !== role)
    return complain(at, `\`${block.type}\` blocks can only be specified in \`${wanted}\` messages`);
  const extra = unknownMember(block, members);
  if (extra) return complain(`${at}.${block.type}.${extra}`, 'Extra inputs are not permitted');
  if (isObject(block.cache_control)) {
    const mark = block.cache_control;
    if (mark.type !== 'ephemeral' || (mark.ttl !== undefined && mark.ttl !== '5m' && mark.ttl !== '1h'))
      return complain(`${at}.cache_control`, "expected type 'ephemeral' and ttl '5m' or '1h'");
  }
  return checkByType(block, at, seal);
}
