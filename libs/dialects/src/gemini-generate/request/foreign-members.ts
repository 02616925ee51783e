import { GatewayError, isObject, type JsonObject } from '@turnpike/kernel';
import { unsupported, type GeminiEncoding } from './gemini-encoding';

/** The word on which the vendor's SDK sends the conversation whole instead. */
const THREAD_REFUSED = 'thread_unsupported_request';
/** Tiers that ask for nothing. */
const PLAIN_TIERS: ReadonlySet<string> = new Set(['auto', 'default', 'standard_only']);

/** Values that ask for nothing: leaving them out loses nothing. */
const isNeutral = (value: unknown): boolean => value === undefined || value === null || value === false;

const wantsAudio = (native: JsonObject): boolean =>
  (Array.isArray(native.modalities) && native.modalities.includes('audio')) || isObject(native.audio);

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

/** What a client of another dialect can ask for and nobody here can give: refused where the answer would be another, else dropped. */
export function dropForeignMembers(encoding: GeminiEncoding): void {
  const { request, losses, target } = encoding;
  const { native, tier } = request;
  if ((request.choices ?? 1) > 1)
    unsupported(`More than one choice per request (n) is not supported by the model ${target.model}.`, 'n');
  if (wantsAudio(native))
    unsupported(`Audio output is not supported by the model ${target.model}.`, 'modalities');
  if (native.thread !== undefined && native.thread !== null) refuseThread(target.model);
  const knobs = {
    logit_bias: request.logitBias,
    verbosity: request.verbosity,
    metadata: request.metadata,
    service_tier: tier === undefined || PLAIN_TIERS.has(tier) ? undefined : tier,
  };
  for (const [name, value] of Object.entries({ ...knobs, ...native }))
    if (!isNeutral(value)) losses.dropped(name);
}
