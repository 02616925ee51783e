import { dropForeignMembers } from '../../foreign/foreign-members';
import type { GeminiEncoding } from './gemini-encoding';

/** What a client of another dialect can ask for and nobody here can give. */
export function checkForeignMembers(encoding: GeminiEncoding): void {
  const { request } = encoding;
  const unknown = {
    logit_bias: request.logitBias,
    verbosity: request.verbosity,
    metadata: request.metadata,
    user: request.user,
  };
  dropForeignMembers({ unknown, choices: encoding.capabilities.choices }, encoding);
}
