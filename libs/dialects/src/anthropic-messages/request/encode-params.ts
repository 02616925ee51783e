import type { JsonObject } from '@turnpike/kernel';
import { compact, hashUser, type Restoration } from '@turnpike/protocol';
import { writeForeignTier, writeTier } from '../../foreign/service-tier';
import type { MessagesEncoding } from './messages-encoding';

/** Where the model's own maximum is unknown: room for a long answer that every current model has. */
const DEFAULT_MAX_TOKENS = 32_000;
const LEAST_TOP_P_THINKING = 0.95;

/** The output cap: required here, so what the client left open is the model's maximum. */
export function chooseMaxTokens({ request, capabilities, losses }: MessagesEncoding): number {
  const most = capabilities.maxOutputTokens;
  if (request.maxTokens === undefined) return most ?? DEFAULT_MAX_TOKENS;
  if (most === undefined || request.maxTokens <= most) return request.maxTokens;
  losses.add('clamped:max_tokens');
  return most;
}

function temperatureOf(thinks: boolean, { request, losses }: MessagesEncoding): number | undefined {
  const { temperature } = request;
  if (temperature === undefined || (thinks && temperature === 1)) return undefined;
  if (thinks) {
    losses.dropped('temperature');
    return undefined;
  }
  if (temperature > 1) losses.add('clamped:temperature');
  return Math.min(1, temperature);
}

function topPOf(
  thinks: boolean,
  { request, capabilities, sameDialect, losses }: MessagesEncoding,
): number | undefined {
  const { topP, temperature } = request;
  if (topP === undefined) return undefined;
  // Many models take one of the two; a client of another dialect cannot know.
  const oneOnly = capabilities.temperatureOrTopP ?? !sameDialect;
  if (!(thinks && topP < LEAST_TOP_P_THINKING) && !(oneOnly && temperature !== undefined)) return topP;
  if (topP !== 1) losses.dropped('top_p');
  return undefined;
}

function topKOf(thinks: boolean, { request, losses }: MessagesEncoding): number | undefined {
  const { topK } = request;
  if (topK === undefined || topK <= 0 || !thinks) return topK === undefined || topK <= 0 ? undefined : topK;
  losses.dropped('top_k');
  return undefined;
}

/** Temperature and its kin. Thinking fixes them, and newest models take none at all. */
export function encodeSampling(thinks: boolean, encoding: MessagesEncoding): JsonObject {
  const { request, capabilities, losses } = encoding;
  if (capabilities.noSampling === true) {
    const asked = { temperature: request.temperature, top_p: request.topP, top_k: request.topK };
    for (const [name, value] of Object.entries(asked))
      if (value !== undefined && (value !== 1 || name === 'top_k')) losses.dropped(name);
    return {};
  }
  return compact({
    temperature: temperatureOf(thinks, encoding),
    top_p: topPOf(thinks, encoding),
    top_k: topKOf(thinks, encoding),
  });
}

export interface EncodedStop {
  readonly members: JsonObject;
  readonly restoration?: Restoration;
}

/** Blank sequences are refused here, and some models limit the number: those are enforced by us. */
export function encodeStop({ request, capabilities, losses }: MessagesEncoding): EncodedStop {
  const stops = (request.stop ?? []).filter((stop) => stop !== '');
  const sendable = stops.filter((stop) => stop.trim() !== '').slice(0, capabilities.stopLimit);
  const sent = new Set(sendable);
  const local = stops.filter((stop) => !sent.has(stop));
  if (local.length > 0) losses.add('emulated:stop');
  return {
    members: sendable.length > 0 ? { stop_sequences: sendable } : {},
    ...(local.length > 0 ? { restoration: { localStops: local } } : {}),
  };
}

const TIERS: readonly string[] = ['auto', 'standard_only'];

/** `metadata` and `service_tier`; a foreign client's user is known here by a hash alone. */
export function encodeAccount(encoding: MessagesEncoding): JsonObject {
  const { request, sameDialect } = encoding;
  const { user } = request;
  if (sameDialect) {
    const more = request.native.metadata;
    const metadata = {
      ...(user === undefined ? {} : { user_id: user }),
      ...(more as JsonObject | undefined),
    };
    return compact<JsonObject>({
      metadata: Object.keys(metadata).length > 0 ? metadata : undefined,
      service_tier: writeTier(encoding),
    });
  }
  return compact<JsonObject>({
    metadata: user === undefined ? undefined : { user_id: hashUser(user) },
    service_tier: writeForeignTier(encoding, TIERS),
  });
}
