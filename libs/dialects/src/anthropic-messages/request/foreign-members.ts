import { dropForeignMembers } from '../../foreign/foreign-members';
import type { MessagesEncoding } from './messages-encoding';

/** What a client of another dialect can ask for and nobody here can give. */
export function checkForeignMembers(encoding: MessagesEncoding): void {
  const { request } = encoding;
  const unknown = {
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    seed: request.seed !== undefined,
    logit_bias: request.logitBias,
    logprobs: request.logprobs !== undefined,
    verbosity: request.verbosity,
    metadata: request.metadata,
  };
  dropForeignMembers({ unknown, choices: 1 }, encoding);
}
