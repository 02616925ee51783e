import type { JsonObject } from '@turnpike/kernel';
import { compact, type PartialUsage } from '@turnpike/protocol';

/**
 * Messages counts cached input beside `input_tokens`. The split of cache writes is left out when it is not known, and
 * figures that were not reported are not made up.
 */
export function writeMessagesUsage(usage: PartialUsage): JsonObject {
  const { cacheWrite5m, cacheWrite1h, cacheWriteUnknownTtl } = usage;
  const wrote =
    cacheWrite5m !== undefined || cacheWrite1h !== undefined || cacheWriteUnknownTtl !== undefined;
  const split = {
    ephemeral_5m_input_tokens: cacheWrite5m ?? 0,
    ephemeral_1h_input_tokens: cacheWrite1h ?? 0,
  };
  const written = (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0) + (cacheWriteUnknownTtl ?? 0);
  return compact<JsonObject>({
    input_tokens: usage.input,
    cache_creation_input_tokens: wrote ? written : undefined,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: wrote && !cacheWriteUnknownTtl ? split : undefined,
    output_tokens: usage.output,
    output_tokens_details: usage.reasoning ? { thinking_tokens: usage.reasoning } : undefined,
  });
}
