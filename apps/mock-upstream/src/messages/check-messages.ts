import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import type { MemberRule } from '../wire/member-rules';
import {
  aBoolean,
  aList,
  aNumber,
  anInteger,
  anObject,
  aString,
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
import type { Operation, WireRequest } from '../wire/wire-request';
import { checkTurns } from './check-turns';
import { isThinking } from './understand-messages';

const KNOWN =
  nameSet(`max_tokens messages model cache_control container context_management diagnostics fallbacks
  inference_geo mcp_servers metadata output_config output_format service_tier speed stop_sequences stream system
  temperature thinking thread tool_choice tools top_k top_p billing_policy compaction`);
const TOOL_MEMBERS = nameSet(`input_schema name allowed_callers cache_control defer_loading description
  eager_input_streaming input_examples strict type`);

const RULES: Record<string, MemberRule> = {
  stream: aBoolean,
  temperature: aNumber(0, 1),
  top_p: aNumber(0, 1),
  top_k: anInteger(0),
  tools: aList,
  tool_choice: anObject,
  metadata: anObject,
  thinking: anObject,
  service_tier: oneOf('auto', 'standard_only'),
  output_config: anObject,
  stop_sequences: [
    (v) => Array.isArray(v) && v.every((stop) => typeof stop === 'string' && stop.trim() !== ''),
    'a list of texts that are not blank',
  ],
  system: [
    (v) =>
      typeof v === 'string' ||
      (Array.isArray(v) &&
        v.every((b) => isObject(b) && b.type === 'text' && typeof b.text === 'string' && b.text !== '')),
    'a valid string or a list of text blocks that are not empty',
  ],
};
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const SERVER_TOOL = /_\d{8}$/;

function checkTools(body: JsonObject): VendorError | undefined {
  const names = new Set<string>();
  for (const [i, tool] of (Array.isArray(body.tools) ? body.tools : []).entries()) {
    const at = `tools.${i}`;
    if (!isObject(tool)) return complain(at, 'Input should be a valid object');
    if (typeof tool.name !== 'string' || !TOOL_NAME.test(tool.name))
      return complain(`${at}.custom.name`, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
    if (names.has(tool.name)) return complain('tools', 'Tool names must be unique.');
    names.add(tool.name);
    if (typeof tool.type === 'string' && SERVER_TOOL.test(tool.type)) continue;
    const extra = unknownMember(tool, TOOL_MEMBERS);
    if (extra) return complain(`${at}.custom.${extra}`, 'Extra inputs are not permitted');
    const schema = tool.input_schema;
    if (!isObject(schema)) return complain(`${at}.custom.input_schema`, 'Field required');
    if (schema.type !== 'object')
      return complain(`${at}.custom.input_schema.type`, "Input should be 'object'");
    const top = ['oneOf', 'anyOf', 'allOf'].find((word) => schema[word] !== undefined);
    if (top)
      return complain(
        `${at}.custom.input_schema`,
        `input_schema does not support oneOf, allOf, or anyOf at the top level`,
      );
  }
  return checkChoice(body, names);
}

function checkChoice(body: JsonObject, names: ReadonlySet<string>): VendorError | undefined {
  const choice = body.tool_choice;
  if (!isObject(choice)) return undefined;
  if (!['auto', 'any', 'tool', 'none'].includes(asText(choice.type)))
    return complain(
      'tool_choice',
      "Input tag does not match any of the expected tags: 'auto', 'any', 'tool', 'none'",
    );
  const extra = unknownMember(choice, nameSet('type name disable_parallel_tool_use'));
  if (extra) return complain(`tool_choice.${extra}`, 'Extra inputs are not permitted');
  if (!names.size) return complain('tool_choice', 'tool_choice may only be specified while providing tools.');
  if (choice.type === 'tool' && !names.has(asText(choice.name)))
    return complain('tool_choice', `Tool '${asText(choice.name)}' not found in provided tools`);
  return undefined;
}

function checkThinking(
  body: JsonObject,
  headers: IncomingHttpHeaders,
  operation: Operation,
): VendorError | undefined {
  const { thinking } = body;
  if (!isObject(thinking)) return undefined;
  if (!['enabled', 'adaptive', 'disabled'].includes(asText(thinking.type)))
    return complain(
      'thinking.type',
      "Input tag does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'",
    );
  const extra = unknownMember(thinking, nameSet('type budget_tokens display block_binding'));
  if (extra) return complain(`thinking.${extra}`, 'Extra inputs are not permitted');
  if (thinking.type === 'disabled') return undefined;
  if (thinking.type === 'enabled') {
    const budget = thinking.budget_tokens;
    if (typeof budget !== 'number') return complain('thinking.enabled.budget_tokens', 'Field required');
    if (budget < 1024)
      return complain('thinking.enabled.budget_tokens', 'Input should be greater than or equal to 1024');
    const interleaved = String(headers['anthropic-beta'] ?? '').includes('interleaved-thinking');
    if (operation === 'generate' && !interleaved && budget >= Number(body.max_tokens))
      return complain('max_tokens', '`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  if (body.temperature !== undefined && body.temperature !== 1)
    return complain('temperature', '`temperature` may only be set to 1 when thinking is enabled.');
  if (body.top_k !== undefined) return complain('top_k', '`top_k` must be unset when thinking is enabled.');
  const choice = isObject(body.tool_choice) ? body.tool_choice.type : undefined;
  if (choice === 'any' || choice === 'tool')
    return complain('thinking', 'Thinking may not be enabled when tool_choice forces tool use.');
  return undefined;
}

/** Cache marks in the order in which the vendor reads them: tools, system, messages. */
function checkCacheMarks(body: JsonObject): VendorError | undefined {
  const blocks = objectsOf(body.messages).flatMap((message) => objectsOf(message.content));
  const nested = blocks.flatMap((block) => [block, ...objectsOf(block.content)]);
  const marks = [...objectsOf(body.tools), ...objectsOf(body.system), ...nested].flatMap((holder) =>
    isObject(holder.cache_control) ? [holder.cache_control] : [],
  );
  if (marks.length > 4)
    return complain(
      'cache_control',
      `A maximum of 4 blocks with cache_control may be provided. Found ${marks.length}.`,
    );
  const ttls = marks.map((mark) => mark.ttl ?? '5m');
  if (ttls.lastIndexOf('1h') > ttls.indexOf('5m') && ttls.includes('5m'))
    return complain(
      'cache_control',
      "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block.",
    );
  return undefined;
}

function checkHead(
  body: JsonObject,
  headers: IncomingHttpHeaders,
  operation: Operation,
): VendorError | undefined {
  if (!headers['anthropic-version']) return complain('anthropic-version', 'header is required');
  if (typeof body.model !== 'string' || !body.model) return complain('model', 'Field required');
  const extra = unknownMember(body, KNOWN);
  if (extra) return complain(extra, 'Extra inputs are not permitted');
  const cap = body.max_tokens;
  if (operation === 'count-tokens')
    return cap === undefined ? undefined : complain('max_tokens', 'Extra inputs are not permitted');
  if (cap === undefined) return complain('max_tokens', 'Field required');
  return typeof cap === 'number' && Number.isInteger(cap) && cap >= 0
    ? undefined
    : complain('max_tokens', 'Input should be a valid integer, greater than or equal to 0');
}

function checkPrefill(body: JsonObject): VendorError | undefined {
  const last = objectsOf(body.messages).at(-1);
  if (last?.role !== 'assistant') return undefined;
  if (isThinking(body))
    return complain('messages', 'Prefilling assistant messages is not supported when thinking is enabled.');
  const final = typeof last.content === 'string' ? last.content : objectsOf(last.content).at(-1)?.text;
  return typeof final === 'string' && final !== final.trimEnd()
    ? complain('messages', 'final assistant content cannot end with trailing whitespace')
    : undefined;
}

/** Conversations are not stored here: the vendor's own refusal makes its clients send the whole history. */
const checkThread = (body: JsonObject): VendorError | undefined =>
  body.thread === undefined || body.thread === null
    ? undefined
    : {
        ...complain('thread', 'message threads are not supported for this request'),
        details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
      };

/** The vendor's complaint about a Messages or count_tokens request, or undefined. */
export function checkMessages({ body, headers, operation, seal }: WireRequest): VendorError | undefined {
  if (!isObject(body)) return complain('body', 'The request body is not valid JSON: expected an object');
  return firstProblem([
    () => checkHead(body, headers, operation),
    () => checkMembers(body, RULES),
    () => checkThread(body),
    () =>
      isObject(body.metadata) ? checkMembers(body.metadata, { user_id: aString }, 'metadata.') : undefined,
    () => checkTools(body),
    () => checkThinking(body, headers, operation),
    () => checkTurns(body, seal),
    () => checkPrefill(body),
    () => checkCacheMarks(body),
  ]);
}
