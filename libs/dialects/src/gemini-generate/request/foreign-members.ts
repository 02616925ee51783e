import { dropForeignMembers } from '../../foreign/foreign-members';
import type { GeminiEncoding } from './gemini-encoding';

/** Tiers that ask for nothing. */
const PLAIN_TIERS: ReadonlySet<string> = new Set(['auto', 'default', 'standard_only']);

/** What a client of another dialect can ask for and nobody here can give. */
export function checkForeignMembers(encoding: GeminiEncoding): void {
  const { request } = encoding;
  const { tier } = request;
  const unknown = {
    logit_bias: request.logitBias,
    verbosity: request.verbosity,
    metadata: request.metadata,
    user: request.user,
    service_tier: tier === undefined || PLAIN_TIERS.has(tier) ? undefined : tier,
  };
  dropForeignMembers({ unknown, choices: encoding.capabilities.choices }, encoding);
}
