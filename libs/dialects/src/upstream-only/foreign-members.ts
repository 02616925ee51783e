import type { Json } from '@turnpike/kernel';
import { dropForeignMembers } from '../foreign/foreign-members';
import type { UpstreamEncoding } from './upstream-encoding';

/** Members that not all of these wires have, by the names that losses have. */
export type Knob =
  'presence_penalty' | 'frequency_penalty' | 'seed' | 'logprobs' | 'top_k' | 'user' | 'service_tier';

/** Tiers that ask for nothing. */
const PLAIN_TIERS: ReadonlySet<string> = new Set(['auto', 'default', 'standard', 'standard_only']);

export const isPlainTier = (tier: string | undefined): boolean => tier === undefined || PLAIN_TIERS.has(tier);

/**
 * What a client can ask for and this wire cannot say. `carried`: knobs that the dialect has a member for.
 * @throws GatewayError unsupported_content where the answer would be another; everything else is dropped with a loss.
 */
export function checkForeignMembers(encoding: UpstreamEncoding, carried: ReadonlySet<Knob>): void {
  const { request } = encoding;
  const knobs: Readonly<Record<Knob, Json | undefined>> = {
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    seed: request.seed !== undefined,
    logprobs: request.logprobs !== undefined,
    top_k: request.topK,
    user: request.user,
    service_tier: isPlainTier(request.tier) ? undefined : request.tier,
  };
  const lost = Object.entries(knobs).filter(([name]) => !carried.has(name as Knob));
  const { logitBias: logit_bias, verbosity, metadata } = request;
  const unknown = { ...Object.fromEntries(lost), logit_bias, verbosity, metadata };
  dropForeignMembers({ unknown, choices: 1 }, encoding);
}
