import type { JsonObject } from '@turnpike/kernel';
import { compact, hashUser, type Restoration } from '@turnpike/protocol';
import { writeForeignTier, writeTier } from '../../foreign/service-tier';
import { OPENAI_RESPONSES_ID } from '../../openai-responses/responses-name';
import { VENDOR } from '../response/read-said';
import type { ChatEncoding } from './chat-encoding';

const STOP_LIMIT = 4;

function encodeMaxTokens({ request, capabilities, losses }: ChatEncoding): JsonObject {
  if (request.maxTokens === undefined) return {};
  const most = capabilities.maxOutputTokens ?? Number.MAX_SAFE_INTEGER;
  if (request.maxTokens > most) losses.add('clamped:max_tokens');
  const field =
    capabilities.maxTokensField ??
    (capabilities.minimalFields === true ? 'max_tokens' : 'max_completion_tokens');
  // 0 asks Anthropic's cache to warm up: the least there is comes nearest.
  const cap = Math.max(1, Math.min(request.maxTokens, most));
  return { [field]: cap };
}

/** What a member is called on loss, and its value. */
type Knobs = Readonly<Record<string, number | boolean | JsonObject | undefined>>;

function samplingKnobs({ request, sameDialect }: ChatEncoding): Knobs {
  return {
    temperature: request.temperature,
    top_p: request.topP,
    top_k: sameDialect ? request.topK : undefined,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    logit_bias: request.logitBias,
    // Of other dialects no answer has a place for them.
    logprobs: sameDialect && request.logprobs ? true : undefined,
    top_logprobs: sameDialect ? request.logprobs?.top : undefined,
  };
}

/** The knobs that every server has; 1 is neutral for them, 0 for the others. */
const MINIMAL: ReadonlySet<string> = new Set(['temperature', 'top_p']);

/** Values that ask for what happens anyway: leaving them out loses nothing. */
const isNeutral = (name: string, value: unknown): boolean => value === (MINIMAL.has(name) ? 1 : 0);

function encodeSampling(encoding: ChatEncoding): JsonObject {
  const { capabilities, losses, request, sameDialect } = encoding;
  const members: JsonObject = {};
  const fits = (name: string): boolean =>
    capabilities.noSampling !== true &&
    (capabilities.minimalFields !== true || MINIMAL.has(name)) &&
    !(capabilities.temperatureOrTopP === true && name === 'top_p' && request.temperature !== undefined);
  for (const [name, value] of Object.entries(samplingKnobs(encoding))) {
    if (value === undefined) continue;
    if (fits(name)) members[name] = value;
    else if (!isNeutral(name, value)) losses.dropped(name);
  }
  if (!sameDialect && request.topK !== undefined) losses.dropped('top_k');
  if (!sameDialect && request.logprobs) losses.dropped('logprobs');
  return members;
}

interface EncodedStop {
  readonly members: JsonObject;
  readonly restoration?: Restoration;
}

/** The upstream takes so many; the rest is enforced here. */
export function encodeStop({ request, capabilities, losses }: ChatEncoding): EncodedStop {
  const stops = (request.stop ?? []).filter((stop) => stop !== '');
  if (stops.length === 0) return { members: {} };
  const limit = capabilities.stopLimit ?? STOP_LIMIT;
  const members: JsonObject = limit > 0 ? { stop: stops.slice(0, limit) } : {};
  if (stops.length <= limit) return { members };
  losses.add('emulated:stop');
  return { members, restoration: { localStops: stops.slice(limit) } };
}

/** Words of the vendor's; those that every server of this dialect may be sent. */
const TIERS: readonly string[] = ['auto', 'default', 'flex', 'scale', 'priority', 'fast'];
const COMMON_TIERS: readonly string[] = ['auto', 'default'];

/** The Responses API has the same members with the same meaning, where its own vendor answers. */
export const hasOpenAiAccount = ({ request, target }: ChatEncoding): boolean =>
  request.dialect === OPENAI_RESPONSES_ID && target.vendor === VENDOR;

/** Members that other clients name otherwise, and those that only clients of the vendor's have. */
function encodeAccount(encoding: ChatEncoding): JsonObject {
  const { request, target, sameDialect, losses, capabilities } = encoding;
  const minimal = capabilities.minimalFields === true;
  const hashed = request.user === undefined ? undefined : hashUser(request.user);
  if (sameDialect || hasOpenAiAccount(encoding)) {
    const own = request.native.safety_identifier === request.user ? undefined : request.user;
    return compact<JsonObject>({
      user: sameDialect ? own : undefined,
      safety_identifier: sameDialect ? undefined : hashed,
      verbosity: request.verbosity,
      metadata: request.metadata,
      service_tier: writeTier(encoding, sameDialect ? undefined : TIERS),
      prompt_cache_key: request.cacheKey ?? (target.vendor === VENDOR ? target.session : undefined),
      prompt_cache_retention: request.cacheTtl,
    });
  }
  if (request.verbosity !== undefined) losses.dropped('verbosity');
  if (request.metadata !== undefined) losses.dropped('metadata');
  return compact({
    user: hashed,
    // Requests of one session find one cache.
    prompt_cache_key: target.vendor === VENDOR && !minimal ? (target.session ?? hashed) : undefined,
    service_tier: writeForeignTier(encoding, target.vendor === VENDOR ? TIERS : COMMON_TIERS),
  });
}

/** What decides how an answer is drawn, and how many of them. */
const encodeDraws = ({ request }: ChatEncoding): JsonObject =>
  compact({ seed: request.seed, n: request.choices === 1 ? undefined : request.choices });

function minimalDraws(encoding: ChatEncoding): JsonObject {
  const { seed, ...members } = encodeDraws(encoding);
  if (seed !== undefined) encoding.losses.dropped('seed');
  return members;
}

function minimalAccount(encoding: ChatEncoding): JsonObject {
  for (const name of Object.keys(encodeAccount(encoding))) encoding.losses.dropped(name);
  return {};
}

/** Everything of the body that is a plain number, word or switch. */
export function encodeParams(encoding: ChatEncoding): JsonObject {
  const minimal = encoding.capabilities.minimalFields === true;
  return {
    ...encodeMaxTokens(encoding),
    ...encodeSampling(encoding),
    ...(minimal ? minimalDraws(encoding) : encodeDraws(encoding)),
    ...(minimal ? minimalAccount(encoding) : encodeAccount(encoding)),
  };
}
