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
  aString,
  checkMembers,
  firstProblem,
  nameSet,
  objectsOf,
  oneOf,
  unknownMember,
} from '../wire/member-rules';
import { checkStrictSchema } from '../wire/strict-schema';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import { checkChatMessages } from './check-chat-messages';

const KNOWN = nameSet(`messages model audio frequency_penalty function_call functions logit_bias logprobs
  max_completion_tokens max_tokens metadata modalities moderation n parallel_tool_calls prediction presence_penalty
  prompt_cache_key prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier seed
  service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity
  web_search_options`);

const RULES: Record<string, MemberRule> = {
  stream: aBoolean,
  stream_options: anObject,
  temperature: aNumber(0, 2),
  top_p: aNumber(0, 1),
  max_tokens: anInteger(1),
  max_completion_tokens: anInteger(1),
  n: anInteger(1, 128),
  presence_penalty: aNumber(-2, 2),
  frequency_penalty: aNumber(-2, 2),
  logprobs: aBoolean,
  top_logprobs: anInteger(0, 20),
  logit_bias: anObject,
  metadata: anObject,
  parallel_tool_calls: aBoolean,
  reasoning_effort: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
  verbosity: oneOf('low', 'medium', 'high'),
  response_format: anObject,
  seed: anInteger(Number.MIN_SAFE_INTEGER),
  store: aBoolean,
  tools: aList,
  user: aString,
  safety_identifier: aString,
  prompt_cache_key: aString,
  service_tier: aString,
  stop: [
    (v) =>
      typeof v === 'string' || (Array.isArray(v) && v.length <= 4 && v.every((s) => typeof s === 'string')),
    'a string or a list of up to 4 strings',
  ],
};
export const CHAT_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

const toolName = (tool: JsonObject): Json | undefined => {
  const body = tool.type === 'custom' ? tool.custom : tool.function;
  return isObject(body) ? body.name : undefined;
};

function checkTools(body: JsonObject): VendorError | undefined {
  const { tools } = body;
  if (!Array.isArray(tools)) {
    if (body.tool_choice !== undefined)
      return complain('tool_choice', "'tool_choice' is only allowed when 'tools' are specified.");
    if (body.parallel_tool_calls !== undefined)
      return complain(
        'parallel_tool_calls',
        "'parallel_tool_calls' is only allowed when 'tools' are specified.",
      );
    return undefined;
  }
  if (!tools.length) return complain('tools', "[] is too short - 'tools'");
  for (const [i, tool] of tools.entries()) {
    const at = `tools[${i}]`;
    if (!isObject(tool) || (tool.type !== 'function' && tool.type !== 'custom'))
      return complain(`${at}.type`, "Supported values are: 'function' and 'custom'.");
    const name = toolName(tool);
    if (typeof name !== 'string' || !CHAT_NAME.test(name))
      return complain(
        `${at}.function.name`,
        "Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
      );
    const extra = unknownMember(tool, nameSet('type function custom'));
    if (extra) return complain(`${at}.${extra}`, `Unknown parameter: '${at}.${extra}'.`);
    const problem = isObject(tool.function) ? checkFunction(tool.function, `${at}.function`) : undefined;
    if (problem) return problem;
  }
  return checkToolChoice(body.tool_choice, tools.filter(isObject));
}

function checkFunction(fn: JsonObject, at: string): VendorError | undefined {
  const extra = unknownMember(fn, nameSet('name description parameters strict'));
  if (extra) return complain(`${at}.${extra}`, `Unknown parameter: '${at}.${extra}'.`);
  const { parameters } = fn;
  if (parameters !== undefined && (!isObject(parameters) || (parameters.type ?? 'object') !== 'object'))
    return complain(
      `${at}.parameters`,
      `Invalid schema for function '${asText(fn.name)}': schema must be a JSON Schema of 'type: "object"'.`,
    );
  if (fn.strict === true && isObject(parameters)) return checkStrictSchema(parameters, `${at}.parameters`);
  return undefined;
}

function checkToolChoice(choice: Json | undefined, tools: readonly JsonObject[]): VendorError | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (typeof choice === 'string')
    return ['none', 'auto', 'required'].includes(choice)
      ? undefined
      : complain('tool_choice', `Invalid value: '${choice}'.`);
  if (!isObject(choice)) return complain('tool_choice', 'Invalid type for tool_choice.');
  if (choice.type === 'allowed_tools') return undefined;
  const wanted = toolName(choice);
  return tools.some((tool) => toolName(tool) === wanted)
    ? undefined
    : complain('tool_choice', `Tool choice '${asText(wanted)}' not found in 'tools' parameter.`);
}

function checkFormat(body: JsonObject): VendorError | undefined {
  const format = body.response_format;
  if (!isObject(format)) return undefined;
  const { type } = format;
  if (type === 'json_object')
    return /json/i.test(JSON.stringify(body.messages))
      ? undefined
      : complain(
          'messages',
          "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        );
  if (type === 'text') return undefined;
  if (type !== 'json_schema')
    return complain(
      'response_format.type',
      "Supported values are: 'json_object', 'json_schema', and 'text'.",
    );
  const spec = format.json_schema;
  if (!isObject(spec) || typeof spec.name !== 'string' || !CHAT_NAME.test(spec.name))
    return complain(
      'response_format.json_schema.name',
      "Missing required parameter: 'response_format.json_schema.name'.",
    );
  return spec.strict === true && isObject(spec.schema)
    ? checkStrictSchema(spec.schema, 'response_format.json_schema.schema')
    : undefined;
}

function checkPairs(body: JsonObject): VendorError | undefined {
  if (isObject(body.stream_options) && body.stream !== true)
    return complain(
      'stream_options',
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    );
  const bothCaps = typeof body.max_tokens === 'number' && typeof body.max_completion_tokens === 'number';
  if (bothCaps)
    return complain(
      'max_tokens',
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
    );
  if (typeof body.top_logprobs === 'number' && body.logprobs !== true)
    return complain(
      'top_logprobs',
      "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
    );
  return undefined;
}

/** The vendor's complaint about a chat completion request, or undefined. */
export function checkChat(body: Json | undefined): VendorError | undefined {
  if (!isObject(body)) return complain('body', 'We could not parse the JSON body of your request.');
  if (typeof body.model !== 'string' || !body.model)
    return complain('model', 'you must provide a model parameter');
  return firstProblem([
    () => {
      const extra = unknownMember(body, KNOWN);
      return extra === undefined
        ? undefined
        : complain(extra, `Unrecognized request argument supplied: ${extra}`);
    },
    () => checkMembers(body, RULES),
    () =>
      Array.isArray(body.messages) && objectsOf(body.messages).length
        ? undefined
        : complain('messages', "Invalid 'messages': expected a non-empty array of objects."),
    () => checkPairs(body),
    () => checkTools(body),
    () => checkFormat(body),
    () => checkChatMessages(body.messages),
  ]);
}
