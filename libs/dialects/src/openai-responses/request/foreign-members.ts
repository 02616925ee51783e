import { dropForeignMembers } from '../../foreign/foreign-members';
import type { ResponsesEncoding } from './responses-encoding';

/** What a client of another dialect can ask for and nobody here can give. */
export function checkForeignMembers(encoding: ResponsesEncoding): void {
  const { request } = encoding;
  const unknown = {
    top_k: request.topK,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    seed: request.seed !== undefined,
    logit_bias: request.logitBias,
    logprobs: request.logprobs !== undefined,
  };
  dropForeignMembers({ unknown, choices: 1 }, encoding);
}
