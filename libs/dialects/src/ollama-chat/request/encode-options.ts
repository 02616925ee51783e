import type { JsonObject } from '@turnpike/kernel';
import { compact } from '@turnpike/protocol';
import { outputCap, sampleKnob, type UpstreamEncoding } from '../../upstream-only';

/**
 * `options`. The server's own context window is small and it cuts what does not fit without a word, so that the
 * model's is asked for where it is known.
 */
export function encodeOptions(
  stop: readonly string[] | undefined,
  encoding: UpstreamEncoding,
): JsonObject | undefined {
  const { request, capabilities } = encoding;
  const knob = (name: string, value: number | undefined): number | undefined =>
    sampleKnob(name, value, encoding);
  const options = compact<JsonObject>({
    num_ctx: capabilities.numCtx ?? capabilities.contextWindow,
    num_predict: outputCap(encoding),
    temperature: knob('temperature', request.temperature),
    top_p: knob('top_p', request.topP),
    top_k: knob('top_k', request.topK),
    presence_penalty: knob('presence_penalty', request.presencePenalty),
    frequency_penalty: knob('frequency_penalty', request.frequencyPenalty),
    seed: request.seed,
    stop: stop && [...stop],
  });
  return Object.keys(options).length === 0 ? undefined : options;
}
