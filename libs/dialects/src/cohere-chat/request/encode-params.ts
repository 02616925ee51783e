import type { JsonObject } from '@turnpike/kernel';
import { compact } from '@turnpike/protocol';
import { outputCap, sampleKnob, type Range, type UpstreamEncoding } from '../../upstream-only';

const UNIT: Range = { min: 0, max: 1 };
const TOP_P: Range = { min: 0.01, max: 0.99 };
const TOP_K: Range = { min: 0, max: 500 };

function encodeSeed({ request, losses }: UpstreamEncoding): number | undefined {
  const { seed } = request;
  if (seed === undefined || seed >= 0) return seed;
  losses.dropped('seed');
  return undefined;
}

function encodeLogprobs({ request, losses }: UpstreamEncoding): boolean | undefined {
  if (!request.logprobs) return undefined;
  if (request.logprobs.top) losses.dropped('top_logprobs');
  return true;
}

/** Everything of the body that is a plain number or switch. */
export function encodeParams(encoding: UpstreamEncoding): JsonObject {
  const { request } = encoding;
  const knob = (name: string, value: number | undefined, range: Range): number | undefined =>
    sampleKnob(name, value, encoding, range);
  return compact<JsonObject>({
    max_tokens: outputCap(encoding),
    temperature: knob('temperature', request.temperature, UNIT),
    p: knob('top_p', request.topP, TOP_P),
    k: knob('top_k', request.topK, TOP_K),
    frequency_penalty: knob('frequency_penalty', request.frequencyPenalty, UNIT),
    presence_penalty: knob('presence_penalty', request.presencePenalty, UNIT),
    seed: encodeSeed(encoding),
    logprobs: encodeLogprobs(encoding),
  });
}
