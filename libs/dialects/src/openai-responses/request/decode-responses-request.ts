import type { Json, JsonObject } from '@turnpike/kernel';
import {
  compact,
  otherMembers,
  readArray,
  readBoolean,
  readInteger,
  readNumber,
  readObject,
  readString,
  refuse,
  requireString,
  type ChatRequest,
} from '@turnpike/protocol';
import { OPENAI_RESPONSES_ID } from '../responses-name';
import { decodeFormat, otherText } from './decode-format';
import { decodeInput } from './decode-input';
import { decodeReasoningRequest, otherReasoning } from './decode-reasoning';
import { decodeToolChoice, decodeToolList } from './decode-tools';
import { refuseStoredState } from './read-state';

const TEMPERATURE = { min: 0, max: 2 };
const SHARE = { min: 0, max: 1 };
const LOGPROBS = 'message.output_text.logprobs';
/** Always asked for where it exists, and known to the gateway: nothing is lost of it. */
const ENCRYPTED = 'reasoning.encrypted_content';

const KNOWN: ReadonlySet<string> = new Set([
  ...'model input instructions stream max_output_tokens temperature top_p tools tool_choice'.split(' '),
  ...'parallel_tool_calls reasoning text metadata user service_tier prompt_cache_key store'.split(' '),
  ...'prompt_cache_retention top_logprobs include truncation previous_response_id conversation'.split(' '),
  ...'background prompt'.split(' '),
]);

const namesIn = (value: Json | undefined): Json[] => readArray(value, 'include') ?? [];

/** Members without a meaning of our own, whole or in part; what asks for the usual is left out. */
function decodeNative(body: JsonObject): JsonObject {
  const include = namesIn(body.include).filter((name) => name !== ENCRYPTED && name !== LOGPROBS);
  return compact<JsonObject>({
    ...otherMembers(body, KNOWN),
    include: include.length > 0 ? include : undefined,
    truncation: body.truncation === 'disabled' || body.truncation === null ? undefined : body.truncation,
    reasoning: otherReasoning(body),
    text: otherText(readObject(body.text, 'text')),
  });
}

function decodeLogprobs(body: JsonObject): ChatRequest['logprobs'] {
  const top = readInteger(body.top_logprobs, 'top_logprobs', 0);
  const asked = namesIn(body.include).includes(LOGPROBS) || (top ?? 0) > 0;
  return asked ? compact({ top }) : undefined;
}

/** Members that every response repeats. */
const ECHOED =
  'instructions max_output_tokens max_tool_calls metadata parallel_tool_calls prompt_cache_key reasoning safety_identifier temperature text tool_choice tools top_logprobs top_p truncation user'.split(
    ' ',
  );

/** The same values: nothing is copied. */
const decodeEcho = (body: JsonObject): JsonObject =>
  Object.fromEntries(
    ECHOED.filter((name) => body[name] !== undefined && body[name] !== null).map((name) => [
      name,
      body[name],
    ]),
  );

/**
 * A Responses request in our own vocabulary. Unknown optional members are kept in `native`; state that only another
 * server has is refused.
 * @throws GatewayError invalid_request with the path of what is wrong.
 */
export function decodeResponsesRequest(body: JsonObject): ChatRequest {
  const model = requireString(body.model, 'model');
  if (model === '') refuse('model', 'must not be empty');
  refuseStoredState(body);
  readBoolean(body.store, 'store');
  const { system, turns, tools } = decodeInput(body);
  const text = readObject(body.text, 'text');
  return compact<ChatRequest>({
    dialect: OPENAI_RESPONSES_ID,
    model,
    system,
    turns,
    tools: [...decodeToolList(body.tools, 'tools'), ...tools],
    toolChoice: decodeToolChoice(body),
    parallelTools: readBoolean(body.parallel_tool_calls, 'parallel_tool_calls'),
    maxTokens: readInteger(body.max_output_tokens, 'max_output_tokens', 1),
    temperature: readNumber(body.temperature, 'temperature', TEMPERATURE),
    topP: readNumber(body.top_p, 'top_p', SHARE),
    logprobs: decodeLogprobs(body),
    format: decodeFormat(text),
    reasoning: decodeReasoningRequest(body),
    verbosity: readString(text?.verbosity, 'text.verbosity'),
    user: readString(body.user, 'user') ?? readString(body.safety_identifier, 'safety_identifier'),
    metadata: readObject(body.metadata, 'metadata'),
    tier: readString(body.service_tier, 'service_tier'),
    cacheKey: readString(body.prompt_cache_key, 'prompt_cache_key'),
    cacheTtl: readString(body.prompt_cache_retention, 'prompt_cache_retention'),
    stream: readBoolean(body.stream, 'stream') ?? false,
    includeUsage: true,
    echo: decodeEcho(body),
    native: decodeNative(body),
  });
}
