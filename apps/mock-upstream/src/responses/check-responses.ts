import type { JsonObject } from '@turnpike/kernel';
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
import type { WireRequest } from '../wire/wire-request';
import { checkConversation } from './check-conversation';
import { checkItems } from './check-items';
import { checkResponsesTools, TOOL_NAME } from './check-tools';

/** `client_metadata` is no documented member; the vendor's own coding agent sends it. */
const KNOWN = nameSet(`background context_management conversation include input instructions max_output_tokens
  max_tool_calls metadata model moderation parallel_tool_calls personality previous_response_id prompt prompt_cache_key
  prompt_cache_options prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options
  temperature text tool_choice tools top_logprobs top_p truncation user client_metadata`);
const COUNTED =
  nameSet(`conversation input instructions model parallel_tool_calls personality previous_response_id
  reasoning text tool_choice tools truncation`);
const INCLUDES = nameSet(`file_search_call.results web_search_call.results web_search_call.action.sources
  message.input_image.image_url computer_call_output.output.image_url code_interpreter_call.outputs
  reasoning.encrypted_content message.output_text.logprobs`);

const RULES: Record<string, MemberRule> = {
  stream: aBoolean,
  store: aBoolean,
  stream_options: anObject,
  instructions: aString,
  temperature: aNumber(0, 2),
  top_p: aNumber(0, 1),
  top_logprobs: anInteger(0, 20),
  max_output_tokens: anInteger(16),
  metadata: [
    (v) =>
      isObject(v) &&
      Object.keys(v).length <= 16 &&
      Object.values(v).every((text) => typeof text === 'string' && text.length <= 512),
    'an object of at most 16 strings of at most 512 characters',
  ],
  parallel_tool_calls: aBoolean,
  reasoning: anObject,
  text: anObject,
  tools: aList,
  include: [
    (v) => Array.isArray(v) && v.every((word) => INCLUDES.has(asText(word))),
    `a list of ${[...INCLUDES].join(', ')}`,
  ],
  truncation: oneOf('auto', 'disabled'),
  user: aString,
  safety_identifier: aString,
  prompt_cache_key: aString,
  previous_response_id: aString,
  service_tier: oneOf('auto', 'default', 'flex', 'scale', 'priority', 'fast', 'ultrafast'),
};
const REASONING: Record<string, MemberRule> = {
  effort: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
  summary: oneOf('auto', 'concise', 'detailed'),
  generate_summary: oneOf('auto', 'concise', 'detailed'),
  context: aString,
};

const unknown = (at: string): VendorError => ({
  ...complain(at, `Unknown parameter: '${at}'.`),
  code: 'unknown_parameter',
});

function checkHead({ members, operation }: WireRequest): VendorError | undefined {
  const extra = unknownMember(members, operation === 'count-tokens' ? COUNTED : KNOWN);
  if (extra) return unknown(extra);
  if (typeof members.model !== 'string' || !members.model)
    return {
      ...complain('model', "Missing required parameter: 'model'."),
      code: 'missing_required_parameter',
    };
  const cap = members.max_output_tokens;
  if (typeof cap === 'number' && cap < 16)
    return {
      ...complain(
        'max_output_tokens',
        `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got ${cap} instead.`,
      ),
      code: 'integer_below_min_value',
    };
  if (members.background === true)
    return complain('background', 'Background mode is not available for this model.');
  if (isObject(members.stream_options) && members.stream !== true)
    return complain(
      'stream_options',
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    );
  const { input } = members;
  if (typeof input === 'string' || (Array.isArray(input) && input.every(isObject))) return undefined;
  if (input === undefined && (members.previous_response_id ?? members.prompt ?? members.conversation))
    return undefined;
  return complain('input', "Invalid type for 'input': expected one of a string or array of objects.");
}

function checkReasoning({ reasoning }: JsonObject): VendorError | undefined {
  if (!isObject(reasoning)) return undefined;
  const extra = Object.keys(reasoning).find((key) => !Object.hasOwn(REASONING, key));
  return extra === undefined
    ? checkMembers(reasoning, REASONING, 'reasoning.')
    : unknown(`reasoning.${extra}`);
}

function checkFormat(members: JsonObject, items: readonly JsonObject[]): VendorError | undefined {
  const text = isObject(members.text) ? members.text : {};
  const extra = unknownMember(text, nameSet('format verbosity'));
  if (extra) return unknown(`text.${extra}`);
  const wrong = checkMembers(text, { verbosity: oneOf('low', 'medium', 'high') }, 'text.');
  const format = isObject(text.format) ? text.format : undefined;
  if (wrong || !format || format.type === 'text') return wrong;
  if (format.type === 'json_object')
    return /json/i.test(JSON.stringify([members.instructions, items]))
      ? undefined
      : complain(
          'input',
          "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
        );
  if (format.type !== 'json_schema')
    return complain('text.format.type', "Supported values are: 'text', 'json_object', and 'json_schema'.");
  const stray = unknownMember(format, nameSet('type name schema strict description'));
  if (stray) return unknown(`text.format.${stray}`);
  if (typeof format.name !== 'string' || !TOOL_NAME.test(format.name))
    return complain('text.format.name', "Missing required parameter: 'text.format.name'.");
  if (!isObject(format.schema))
    return complain('text.format.schema', "Missing required parameter: 'text.format.schema'.");
  return format.strict === true ? checkStrictSchema(format.schema, 'text.format.schema') : undefined;
}

/** What the request builds on must be there, and be the caller's own. */
function checkState({ members, kept, credential }: WireRequest): VendorError | undefined {
  const previous = members.previous_response_id;
  if (members.conversation)
    return typeof previous === 'string'
      ? complain(
          'previous_response_id',
          "Mutually exclusive parameters: 'previous_response_id' and 'conversation'.",
        )
      : { ...complain('conversation', 'Conversation not found.', 404), code: 'conversation_not_found' };
  if (members.prompt) return { ...complain('prompt', 'Prompt not found.', 404), code: 'prompt_not_found' };
  if (typeof previous !== 'string' || kept.conversation(previous, credential)) return undefined;
  return {
    ...complain('previous_response_id', `Previous response with id '${previous}' not found.`),
    code: 'previous_response_not_found',
  };
}

/** The vendor's complaint about a Responses or input_tokens request, or undefined. */
export function checkResponses(wire: WireRequest): VendorError | undefined {
  const { body, members } = wire;
  if (!isObject(body)) return complain('body', 'We could not parse the JSON body of your request.');
  const added = objectsOf(members.input)
    .filter((item) => item.type === 'additional_tools')
    .flatMap((item) => objectsOf(item.tools));
  return firstProblem([
    () => checkHead(wire),
    () => checkMembers(members, RULES),
    () => checkReasoning(members),
    () => checkFormat(members, objectsOf(members.input)),
    () => checkResponsesTools(members, added),
    () => checkState(wire),
    () => checkItems(wire),
    () => checkConversation(wire),
  ]);
}
