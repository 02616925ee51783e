import { priceUsage } from '@turnpike/billing';
import type { PicoUsd } from '@turnpike/kernel';
import { NO_USAGE } from '@turnpike/protocol';
import type { Target } from '@turnpike/provider';
import type { PlanQuestion } from './plan-call';

/** Answers are thought to be no longer than this where the client allows more: caps are far above what is used. */
const USUAL_OUTPUT = 1_000;

/**
 * What this very request is thought to cost at a target; undefined: it has no price. A conversation that was served
 * there is read from its cache.
 */
export function estimateCost(
  { size, snapshot, nowMs, place }: Pick<PlanQuestion, 'size' | 'snapshot' | 'nowMs' | 'place'>,
  { model, provider }: Target,
): PicoUsd | undefined {
  const price = snapshot.prices.find(provider.name, model, provider.definition.priceProvider, nowMs);
  if (!price) return undefined;
  const isCached = place?.model === model && provider.credentials.some(({ id }) => id === place.credentialId);
  const { inputTokens, outputCap } = size;
  const usage = {
    ...NO_USAGE,
    ...(isCached ? { cacheRead: inputTokens } : { input: inputTokens }),
    output: Math.min(outputCap ?? USUAL_OUTPUT, USUAL_OUTPUT),
  };
  return priceUsage(usage, price, { atMs: nowMs, confidence: 'estimated' }).costPicoUsd;
}
