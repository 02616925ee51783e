import { GatewayError, type JsonObject } from '@turnpike/kernel';
import { unsupported, type ResponsesEncoding } from './responses-encoding';

/** Values that ask for nothing: leaving them out loses nothing. */
const isNeutral = (value: unknown): boolean =>
  value === undefined || value === null || value === 0 || value === false;

/** The word on which the vendor's SDK sends the conversation whole instead. */
const THREAD_REFUSED = 'thread_unsupported_request';

const wantsAudio = (native: JsonObject): boolean =>
  Array.isArray(native.modalities) && native.modalities.includes('audio');

function refuseThread(model: string): never {
  throw new GatewayError(
    'unsupported_content',
    `thread is not supported by the model ${model}: send the whole conversation instead.`,
    {
      param: 'thread',
      vendorCode: THREAD_REFUSED,
      vendorDetails: { error_code: THREAD_REFUSED, unsupported: ['thread'] },
    },
  );
}

/** What another dialect's client can ask for and nobody here can give: refused where the answer would be another, else dropped. */
export function dropForeignMembers({ request, target, losses }: ResponsesEncoding): void {
  const { native } = request;
  const not = `is not supported by the model ${target.model}.`;
  if (!isNeutral(native.thread)) refuseThread(target.model);
  if ((request.choices ?? 1) > 1) unsupported(`More than one choice per request (n) ${not}`, 'n');
  if (wantsAudio(native) || !isNeutral(native.audio)) unsupported(`Audio output ${not}`, 'modalities');
  const knobs = {
    top_k: request.topK,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    seed: request.seed === 0 ? true : request.seed,
    logit_bias: request.logitBias,
    logprobs: request.logprobs ? true : undefined,
  };
  for (const [name, value] of Object.entries({ ...knobs, ...native }))
    if (!isNeutral(value)) losses.dropped(name);
}
