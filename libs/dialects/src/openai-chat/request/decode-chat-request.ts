import type { Json, JsonObject } from '@turnpike/kernel';
import {
  compact,
  otherMembers,
  readBoolean,
  readInteger,
  readNumber,
  readObject,
  readString,
  refuse,
  requireString,
  type ChatRequest,
} from '@turnpike/protocol';
import { asksInOldForm, OLD_FORM } from '../response/old-form';
import { decodeFormat } from './decode-format';
import { decodeMessages } from './decode-messages';
import { decodeReasoningRequest, otherReasoning, REASONING_MEMBERS } from './decode-reasoning-request';
import { decodeToolChoice, decodeTools } from './decode-tools';

const TEMPERATURE = { min: 0, max: 2 };
const SHARE = { min: 0, max: 1 };
const PENALTY = { min: -2, max: 2 };

const KNOWN: ReadonlySet<string> = new Set([
  ...'model messages stream max_tokens max_completion_tokens temperature top_p top_k n stop'.split(' '),
  ...'presence_penalty frequency_penalty logit_bias logprobs top_logprobs user seed tools tool_choice'.split(
    ' ',
  ),
  ...'parallel_tool_calls response_format verbosity metadata service_tier prompt_cache_key'.split(' '),
  ...'prompt_cache_retention functions function_call stream_options'.split(' '),
  ...REASONING_MEMBERS,
]);

/** Each is looked for in every piece of the answer. */
const MOST_STOPS = 256;

function decodeStop(value: Json | undefined): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) refuse('stop', 'must be a string or an array of strings');
  if (value.length > MOST_STOPS) refuse('stop', `must hold at most ${MOST_STOPS} strings`);
  return value.map((stop, i) => requireString(stop, `stop[${i}]`));
}

function decodeLogprobs(body: JsonObject): ChatRequest['logprobs'] {
  const top = readInteger(body.top_logprobs, 'top_logprobs', 0);
  return readBoolean(body.logprobs, 'logprobs') === true ? compact({ top }) : undefined;
}

const decodeSampling = (body: JsonObject) => ({
  temperature: readNumber(body.temperature, 'temperature', TEMPERATURE),
  topP: readNumber(body.top_p, 'top_p', SHARE),
  topK: readInteger(body.top_k, 'top_k', -1),
  stop: decodeStop(body.stop),
  seed: readInteger(body.seed, 'seed', Number.MIN_SAFE_INTEGER),
  choices: readInteger(body.n, 'n', 1),
  presencePenalty: readNumber(body.presence_penalty, 'presence_penalty', PENALTY),
  frequencyPenalty: readNumber(body.frequency_penalty, 'frequency_penalty', PENALTY),
  logitBias: readObject(body.logit_bias, 'logit_bias'),
  logprobs: decodeLogprobs(body),
});

/** Members without a meaning of our own, and what `stream_options` says beyond usage. */
function decodeNative(body: JsonObject): JsonObject {
  const options = readObject(body.stream_options, 'stream_options');
  const more = options && otherMembers(options, new Set(['include_usage']));
  return {
    ...otherMembers(body, KNOWN),
    ...otherReasoning(body),
    ...(more ? { stream_options: more } : {}),
  };
}

/**
 * A Chat Completions request in our own vocabulary. Unknown optional members are kept in `native`.
 * @throws GatewayError invalid_request with the path of what is wrong.
 */
export function decodeChatRequest(body: JsonObject): ChatRequest {
  const model = requireString(body.model, 'model');
  if (model === '') refuse('model', 'must not be empty');
  // Both caps may be there: the newer one counts.
  const maxTokens =
    readInteger(body.max_completion_tokens, 'max_completion_tokens', 1) ??
    readInteger(body.max_tokens, 'max_tokens', 1);
  const usage = readBoolean(
    readObject(body.stream_options, 'stream_options')?.include_usage,
    'stream_options.include_usage',
  );
  return compact<ChatRequest>({
    dialect: 'openai-chat',
    model,
    ...decodeMessages(body.messages),
    tools: decodeTools(body),
    toolChoice: decodeToolChoice(body),
    parallelTools: readBoolean(body.parallel_tool_calls, 'parallel_tool_calls'),
    maxTokens,
    ...decodeSampling(body),
    format: decodeFormat(body),
    reasoning: decodeReasoningRequest(body),
    verbosity: readString(body.verbosity, 'verbosity'),
    user: readString(body.user, 'user') ?? readString(body.safety_identifier, 'safety_identifier'),
    metadata: readObject(body.metadata, 'metadata'),
    tier: readString(body.service_tier, 'service_tier'),
    cacheKey: readString(body.prompt_cache_key, 'prompt_cache_key'),
    cacheTtl: readString(body.prompt_cache_retention, 'prompt_cache_retention'),
    stream: readBoolean(body.stream, 'stream') ?? false,
    includeUsage: usage ?? false,
    echo: asksInOldForm(body) ? OLD_FORM : undefined,
    native: decodeNative(body),
  });
}
