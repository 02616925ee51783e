import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, firstProblem, isBase64, nameSet, objectsOf, unknownMember } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import type { WireRequest } from '../wire/wire-request';

const KNOWN = nameSet(`model messages tools think format options stream keep_alive truncate shift logprobs
  top_logprobs dimensions`);
const OPTIONS =
  nameSet(`num_predict temperature top_p top_k min_p typical_p stop seed num_ctx num_keep num_batch num_gpu
  main_gpu use_mmap num_thread repeat_last_n repeat_penalty presence_penalty frequency_penalty penalize_newline
  mirostat mirostat_tau mirostat_eta numa`);
const MEMBERS = nameSet('role content thinking images tool_calls tool_name tool_call_id');
const ROLES = ['system', 'user', 'assistant', 'tool'];

const say = (message: string): VendorError => complain('', message);
/** The words of the server's JSON reader. */
const mismatch = (got: string, field: string, wants: string): VendorError =>
  say(`json: cannot unmarshal ${got} into Go struct field ChatRequest.${field} of type ${wants}`);
const kindOf = (value: Json | undefined): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;

function checkCalls(message: JsonObject): VendorError | undefined {
  for (const call of objectsOf(message.tool_calls)) {
    const fn = isObject(call.function) ? call.function : {};
    if (!fn.name) return say('tool call without a function name');
    if (!isObject(fn.arguments))
      return mismatch(
        kindOf(fn.arguments),
        'messages.tool_calls.function.arguments',
        'api.ToolCallFunctionArguments',
      );
  }
  return undefined;
}

function checkMessage(message: JsonObject): VendorError | undefined {
  const extra = unknownMember(message, MEMBERS);
  if (extra) return say(`unknown field "${extra}" in a message`);
  const role = asText(message.role);
  if (!ROLES.includes(role)) return say(`invalid role: ${role}`);
  const { content, images } = message;
  if (content !== undefined && typeof content !== 'string')
    return mismatch(kindOf(content), 'messages.content', 'string');
  if (images !== undefined && !Array.isArray(images))
    return mismatch(kindOf(images), 'messages.images', '[]api.ImageData');
  const bad = (images ?? []).findIndex((image) => typeof image !== 'string' || !isBase64(image));
  if (bad >= 0) return say(`illegal base64 data at input byte ${bad}`);
  return checkCalls(message);
}

/** Results follow the calls they answer, and name their tools. */
function checkResults(messages: readonly JsonObject[]): VendorError | undefined {
  let open: string[] = [];
  for (const message of messages) {
    if (message.role !== 'tool') {
      if (open.length) return say(`tool calls without results: ${open.join(', ')}`);
      open = objectsOf(message.tool_calls).map((call) =>
        asText(isObject(call.function) ? call.function.name : ''),
      );
      continue;
    }
    const at = open.indexOf(asText(message.tool_name));
    if (at < 0) return say(`tool result of '${asText(message.tool_name)}' without a call`);
    open.splice(at, 1);
  }
  return open.length ? say(`tool calls without results: ${open.join(', ')}`) : undefined;
}

function checkTools(body: JsonObject): VendorError | undefined {
  for (const tool of objectsOf(body.tools)) {
    const fn = tool.function;
    if (tool.type !== 'function' || !isObject(fn) || !fn.name)
      return say('tools need a type and a function with a name');
    if (fn.parameters !== undefined && !isObject(fn.parameters))
      return mismatch(kindOf(fn.parameters), 'tools.function.parameters', 'api.ToolFunctionParameters');
  }
  return undefined;
}

function checkHead(body: JsonObject): VendorError | undefined {
  if (typeof body.model !== 'string' || !body.model) return say('model is required');
  const extra = unknownMember(body, KNOWN);
  if (extra) return say(`unknown field "${extra}"`);
  if (body.stream !== undefined && typeof body.stream !== 'boolean')
    return mismatch(kindOf(body.stream), 'stream', 'bool');
  const { think, format, options } = body;
  if (
    think !== undefined &&
    typeof think !== 'boolean' &&
    !['low', 'medium', 'high', 'max'].includes(asText(think))
  )
    return say(
      `invalid think value: ${JSON.stringify(think)} (must be "high", "medium", "low", true, or false)`,
    );
  if (format !== undefined && format !== 'json' && format !== '' && !isObject(format))
    return say(`invalid format: ${JSON.stringify(format)}; expected "json" or a valid JSON Schema object`);
  if (options !== undefined && !isObject(options))
    return mismatch(kindOf(options), 'options', 'map[string]interface {}');
  const option = isObject(options) ? unknownMember(options, OPTIONS) : undefined;
  return option === undefined ? undefined : say(`invalid option provided: ${option}`);
}

/** The server's complaint about a chat request, or undefined. */
export function checkOllama({ body }: WireRequest): VendorError | undefined {
  if (!isObject(body)) return say('missing request body');
  if (!Array.isArray(body.messages))
    return checkHead(body) ?? mismatch(kindOf(body.messages), 'messages', '[]api.Message');
  const messages = objectsOf(body.messages);
  return firstProblem([
    () => checkHead(body),
    () => checkTools(body),
    ...messages.map((message) => () => checkMessage(message)),
    () => checkResults(messages),
  ]);
}
