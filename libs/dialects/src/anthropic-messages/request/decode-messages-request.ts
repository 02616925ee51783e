import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import {
  compact,
  EFFORTS,
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
import { newWord } from '../../foreign/known-word';
import { decodeMessages, decodeSystem } from './decode-messages';
import { decodeFormat, decodeReasoningRequest } from './decode-reasoning-request';
import { decodeToolChoice, decodeTools } from './decode-tools';

const TEMPERATURE = { min: 0, max: 2 };
const SHARE = { min: 0, max: 1 };

const KNOWN: ReadonlySet<string> = new Set(
  'model messages system max_tokens stream temperature top_p top_k stop_sequences tools tool_choice thinking metadata service_tier output_config output_format'.split(
    ' ',
  ),
);
const CONFIG = new Set(['effort', 'format']);
const METADATA = new Set(['user_id']);
const THINKING = new Set(['enabled', 'adaptive', 'disabled']);

/** Each is looked for in every piece of the answer. */
const MOST_STOPS = 256;

function decodeStops(value: Json | undefined): string[] | undefined {
  const stops = readArray(value, 'stop_sequences');
  if (stops && stops.length > MOST_STOPS) refuse('stop_sequences', `must hold at most ${MOST_STOPS} strings`);
  return stops?.map((stop, i) => requireString(stop, `stop_sequences[${i}]`));
}

/** A way of thinking that only the vendor knows goes to it as it is. */
const otherThinking = ({ thinking }: JsonObject): Json | undefined =>
  isObject(thinking) && typeof thinking.type === 'string' && !THINKING.has(thinking.type)
    ? thinking
    : undefined;

function otherConfig(config: JsonObject): JsonObject | undefined {
  const effort = newWord(config.effort, EFFORTS);
  const more = otherMembers(config, CONFIG);
  return effort === undefined ? more : { ...more, effort };
}

/** Members without a meaning of our own, whole or in part. */
function decodeNative(body: JsonObject): JsonObject {
  const config = readObject(body.output_config, 'output_config');
  const metadata = readObject(body.metadata, 'metadata');
  return compact<JsonObject>({
    ...otherMembers(body, KNOWN),
    output_config: config && otherConfig(config),
    metadata: metadata && otherMembers(metadata, METADATA),
    thinking: otherThinking(body),
  });
}

/**
 * A Messages request in our own vocabulary; `max_tokens` may be missing, as counting tokens needs none. Unknown optional
 * members are kept in `native`.
 * @throws GatewayError invalid_request with the path of what is wrong.
 */
export function decodeMessagesRequest(body: JsonObject): ChatRequest {
  const model = requireString(body.model, 'model');
  if (model === '') refuse('model', 'must not be empty');
  const all = decodeMessages(body.messages);
  const start = all.findIndex((turn) => turn.role !== 'system');
  const leading = all.slice(0, start < 0 ? all.length : start);
  return compact<ChatRequest>({
    dialect: 'anthropic-messages',
    model,
    system: [
      ...decodeSystem(body.system),
      ...leading.flatMap((turn) => turn.parts).filter((part) => part.kind === 'text'),
    ],
    turns: all.slice(leading.length),
    tools: decodeTools(body),
    ...decodeToolChoice(body),
    maxTokens: readInteger(body.max_tokens, 'max_tokens', 0),
    temperature: readNumber(body.temperature, 'temperature', TEMPERATURE),
    topP: readNumber(body.top_p, 'top_p', SHARE),
    topK: readInteger(body.top_k, 'top_k', 0),
    stop: decodeStops(body.stop_sequences),
    format: decodeFormat(body),
    reasoning: decodeReasoningRequest(body),
    user: readString(readObject(body.metadata, 'metadata')?.user_id, 'metadata.user_id'),
    tier: readString(body.service_tier, 'service_tier'),
    stream: readBoolean(body.stream, 'stream') ?? false,
    includeUsage: true,
    native: decodeNative(body),
  });
}
