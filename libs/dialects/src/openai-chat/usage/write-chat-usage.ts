import type { JsonObject } from '@turnpike/kernel';
import { inputTotal, mergeUsage, type PartialUsage } from '@turnpike/protocol';

/** Chat counts cached input inside the prompt and reasoning inside the completion. */
export function writeChatUsage(partial: PartialUsage): JsonObject {
  const usage = mergeUsage(undefined, partial);
  const prompt = inputTotal(usage);
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h + usage.cacheWriteUnknownTtl,
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  };
}
