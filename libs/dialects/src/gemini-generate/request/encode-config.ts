import { isObject, type JsonObject } from '@turnpike/kernel';
import { compact, type Restoration } from '@turnpike/protocol';
import type { EncodedFormat } from './encode-format';
import { encodeThinking } from './encode-thinking';
import type { GeminiEncoding } from './gemini-encoding';

const MOST_STOPS = 5;

function maxTokensOf({ request, capabilities, losses }: GeminiEncoding): number | undefined {
  const most = capabilities.maxOutputTokens;
  if (request.maxTokens === undefined || most === undefined || request.maxTokens <= most)
    return request.maxTokens;
  losses.add('clamped:max_tokens');
  return most;
}

/** Penalties are refused by most models: a client of another dialect cannot know. */
function encodePenalties({ request, capabilities, sameDialect, losses }: GeminiEncoding): JsonObject {
  const { presencePenalty, frequencyPenalty } = request;
  if (capabilities.penalties ?? sameDialect) return compact({ presencePenalty, frequencyPenalty });
  if (presencePenalty) losses.dropped('presence_penalty');
  if (frequencyPenalty) losses.dropped('frequency_penalty');
  return {};
}

/** Probabilities have no place in our answers, so nobody but a client of this dialect gets any. */
function encodeLogprobs({ request, sameDialect, losses }: GeminiEncoding): JsonObject {
  if (!request.logprobs) return {};
  if (sameDialect) return compact<JsonObject>({ responseLogprobs: true, logprobs: request.logprobs.top });
  losses.dropped('logprobs');
  return {};
}

export interface EncodedStop {
  readonly members: JsonObject;
  readonly restoration?: Restoration;
}

/** More sequences than the model takes are enforced by us. */
export function encodeStop({ request, capabilities, losses }: GeminiEncoding): EncodedStop {
  const stops = (request.stop ?? []).filter((stop) => stop !== '');
  const sent = stops.slice(0, capabilities.stopLimit ?? MOST_STOPS);
  const local = stops.slice(sent.length);
  if (local.length > 0) losses.add('emulated:stop');
  return {
    members: sent.length > 0 ? { stopSequences: sent } : {},
    ...(local.length > 0 ? { restoration: { localStops: local } } : {}),
  };
}

/** `generationConfig`. */
export function encodeConfig(format: EncodedFormat, stop: EncodedStop, encoding: GeminiEncoding): JsonObject {
  const { request, sameDialect } = encoding;
  const native =
    sameDialect && isObject(request.native.generationConfig) ? request.native.generationConfig : {};
  const { thinkingConfig: moreThinking, ...more } = native;
  const thinking = encodeThinking(encoding);
  const thinkingConfig =
    thinking || isObject(moreThinking)
      ? { ...thinking, ...(isObject(moreThinking) ? moreThinking : {}) }
      : undefined;
  const config = compact<JsonObject>({
    maxOutputTokens: maxTokensOf(encoding),
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK !== undefined && request.topK > 0 ? request.topK : undefined,
    ...stop.members,
    seed: request.seed,
    candidateCount: request.choices === 1 && !sameDialect ? undefined : request.choices,
    ...encodePenalties(encoding),
    ...encodeLogprobs(encoding),
    ...format.members,
    thinkingConfig,
    ...more,
  });
  return Object.keys(config).length === 0 ? {} : { generationConfig: config };
}
