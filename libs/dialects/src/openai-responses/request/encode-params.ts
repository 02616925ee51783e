import type { JsonObject } from '@turnpike/kernel';
import {
  clampEffort,
  compact,
  hashUser,
  wantedEffort,
  type Effort,
  type Restoration,
} from '@turnpike/protocol';
import { writeForeignTier, writeTier } from '../../foreign/service-tier';
import { VENDOR } from '../responses-name';
import { thinks, type ResponsesEncoding } from './responses-encoding';

/** Smallest output cap that this dialect takes, in tokens. */
const LEAST_MAX_TOKENS = 16;
/** Words of newest models where none are listed. */
const DEFAULT_EFFORTS: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

export function encodeMaxTokens({ request, capabilities, losses }: ResponsesEncoding): JsonObject {
  const { maxTokens } = request;
  if (maxTokens === undefined) return {};
  const most = capabilities.maxOutputTokens ?? Number.MAX_SAFE_INTEGER;
  const cap = Math.max(LEAST_MAX_TOKENS, Math.min(maxTokens, most));
  // 0 asks Anthropic's cache to warm up: the least there is comes nearest.
  if (cap !== maxTokens && maxTokens !== 0) losses.add('clamped:max_tokens');
  return { max_output_tokens: cap };
}

/** Temperature and top_p: all the knobs there are. */
export function encodeSampling(encoding: ResponsesEncoding): JsonObject {
  const { capabilities, losses, request } = encoding;
  const members: JsonObject = {};
  for (const [name, value] of Object.entries({ temperature: request.temperature, top_p: request.topP })) {
    if (value === undefined) continue;
    const oneOnly =
      capabilities.temperatureOrTopP === true && name === 'top_p' && request.temperature !== undefined;
    if (capabilities.noSampling !== true && !oneOnly) members[name] = value;
    else if (value !== 1) losses.dropped(name);
  }
  return members;
}

/** Stop sequences do not exist here: all of them are enforced by us. */
export function encodeStop({ request, losses }: ResponsesEncoding): Restoration {
  const stops = (request.stop ?? []).filter((stop) => stop !== '');
  if (stops.length === 0) return {};
  losses.add('emulated:stop');
  return { localStops: stops };
}

/** `reasoning: {effort, summary}`. Messages clients that ask for thinking expect to see its text. */
export function encodeReasoningRequest(encoding: ResponsesEncoding): JsonObject {
  const { request, capabilities, losses, sameDialect } = encoding;
  const { reasoning } = request;
  if (!reasoning) return {};
  if (!thinks(encoding)) {
    if (reasoning.effort !== 'none' && reasoning.budget !== 0) losses.dropped('reasoning');
    return {};
  }
  const wanted = wantedEffort(reasoning);
  const listed = capabilities.efforts ?? (sameDialect ? undefined : DEFAULT_EFFORTS);
  const effort = wanted === undefined ? undefined : clampEffort(wanted, listed);
  if (effort !== wanted) losses.add('clamped:reasoning_effort');
  const summary = effort === 'none' ? undefined : summaryOf(encoding);
  return compact<JsonObject>({ effort, summary });
}

function summaryOf({ request }: ResponsesEncoding): string | undefined {
  const show = request.reasoning?.show;
  if (show === 'omitted') return undefined;
  if (show !== undefined) return show === 'summarized' ? 'auto' : show;
  return request.dialect === 'anthropic-messages' ? 'auto' : undefined;
}

const TIERS: readonly string[] = ['auto', 'default', 'flex', 'scale', 'priority', 'fast', 'ultrafast'];

/** Who asks and how it is billed. Chat has the same members with the same meaning; of others a hash and a tier remain. */
export function encodeAccount(encoding: ResponsesEncoding): JsonObject {
  const { request, target, sameDialect, capabilities } = encoding;
  const minimal = capabilities.minimalFields === true;
  if (sameDialect || request.dialect === 'openai-chat') {
    const known = request.native.safety_identifier === request.user;
    const hashed = request.user === undefined ? undefined : hashUser(request.user);
    return compact<JsonObject>({
      user: sameDialect && !known ? request.user : undefined,
      safety_identifier: sameDialect ? undefined : hashed,
      metadata: request.metadata,
      service_tier: writeTier(encoding, sameDialect ? undefined : TIERS),
      prompt_cache_key: request.cacheKey ?? (target.vendor === VENDOR ? target.session : undefined),
      prompt_cache_retention: request.cacheTtl,
    });
  }
  const hashed = request.user === undefined ? undefined : hashUser(request.user);
  return compact<JsonObject>({
    safety_identifier: hashed,
    // Requests of one session find one cache.
    prompt_cache_key: target.vendor === VENDOR && !minimal ? (target.session ?? hashed) : undefined,
    service_tier: writeForeignTier(encoding, TIERS),
  });
}
