import { isObject, type JsonObject } from '@turnpike/kernel';
import { compact, type Restoration } from '@turnpike/protocol';
import type { EncodedFormat } from './encode-format';
import { encodeThinking } from './encode-thinking';
import type { GeminiEncoding } from './gemini-encoding';

const MOST_STOPS = 5;

function maxTokensOf({ request, capabilities, losses }: GeminiEncoding): number | undefined {
  const most = capabilities.maxOutputTokens;
  if (request.maxTokens === undefined) return undefined;
  // 0 asks Anthropic's cache to warm up: the least there is comes nearest.
  if (most === undefined || request.maxTokens <= most) return Math.max(1, request.maxTokens);
  losses.add('clamped:max_tokens');
  return most;
}

/** Values that ask for what happens anyway: leaving them out loses nothing. */
const NEUTRAL: ReadonlyMap<string, number> = new Map([
  ['temperature', 1],
  ['top_p', 1],
]);

/** Models that fix their sampling ignore what is asked of it, and their successors are to refuse it. */
function encodeSampling({ request, capabilities, losses }: GeminiEncoding): JsonObject {
  const { temperature, topP } = request;
  const topK = request.topK !== undefined && request.topK > 0 ? request.topK : undefined;
  if (capabilities.noSampling !== true) return compact<JsonObject>({ temperature, topP, topK });
  for (const [name, value] of Object.entries({ temperature, top_p: topP, top_k: topK }))
    if (value !== undefined && value !== NEUTRAL.get(name)) losses.dropped(name);
  return {};
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
function encodeLogprobs({ request, capabilities, sameDialect, losses }: GeminiEncoding): JsonObject {
  if (!request.logprobs) return {};
  if (sameDialect && capabilities.noSampling !== true)
    return compact<JsonObject>({ responseLogprobs: true, logprobs: request.logprobs.top });
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
    ...encodeSampling(encoding),
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
