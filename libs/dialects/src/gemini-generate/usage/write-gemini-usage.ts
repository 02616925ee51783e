import type { JsonObject } from '@turnpike/kernel';
import { compact, inputTotal, mergeUsage, type PartialUsage } from '@turnpike/protocol';

/** Gemini counts cached input inside the prompt and thoughts beside the candidates; figures of 0 may be missing. */
export function writeGeminiUsage(partial: PartialUsage): JsonObject {
  const usage = mergeUsage(undefined, partial);
  const prompt = inputTotal(usage);
  return compact<JsonObject>({
    promptTokenCount: prompt,
    cachedContentTokenCount: usage.cacheRead || undefined,
    candidatesTokenCount: Math.max(0, usage.output - usage.reasoning),
    thoughtsTokenCount: usage.reasoning || undefined,
    totalTokenCount: prompt + usage.output,
  });
}
