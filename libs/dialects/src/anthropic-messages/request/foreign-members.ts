import { GatewayError, isObject, type JsonObject } from '@turnpike/kernel';
import type { MessagesEncoding } from './messages-encoding';

/** Values that ask for nothing: leaving them out loses nothing. */
const isNeutral = (value: unknown): boolean =>
  value === undefined || value === null || value === 0 || value === false;

function refuse(what: string, param: string, encoding: MessagesEncoding): never {
  const message = `${what} is not supported by the model ${encoding.target.model}.`;
  throw new GatewayError('unsupported_content', message, { param });
}

const wantsAudio = (native: JsonObject): boolean =>
  Array.isArray(native.modalities) && native.modalities.includes('audio');

/** What a Chat client can ask for and nobody here can give: refused where the answer would be another, else dropped. */
export function dropForeignMembers(encoding: MessagesEncoding): void {
  const { request, losses } = encoding;
  const { native } = request;
  if ((request.choices ?? 1) > 1) refuse('More than one choice per request (n)', 'n', encoding);
  if (wantsAudio(native) || isObject(native.audio)) refuse('Audio output', 'modalities', encoding);
  const knobs = {
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    seed: request.seed === 0 ? true : request.seed,
    logit_bias: request.logitBias,
    logprobs: request.logprobs,
    verbosity: request.verbosity,
    metadata: request.metadata,
  };
  for (const [name, value] of Object.entries({ ...knobs, ...native }))
    if (!isNeutral(value)) losses.dropped(name);
}
