import type { Json } from '@turnpike/kernel';
import { NO_USAGE, type Usage } from '@turnpike/protocol';
import { countOf, objectOf } from '../../answer';

/**
 * Figures of an answer; undefined when it holds none. `tokens` are what the model read and wrote, the cached ones among
 * them; `billed_units` stand in where they are missing.
 */
export function readCohereUsage(value: Json | undefined): Usage | undefined {
  const usage = objectOf(value);
  const billed = objectOf(usage?.billed_units);
  const tokens = objectOf(usage?.tokens);
  const input = countOf(tokens?.input_tokens) ?? countOf(billed?.input_tokens);
  const output = countOf(tokens?.output_tokens) ?? countOf(billed?.output_tokens);
  if (input === undefined && output === undefined) return undefined;
  const cacheRead = Math.min(countOf(usage?.cached_tokens) ?? 0, input ?? 0);
  return { ...NO_USAGE, input: (input ?? 0) - cacheRead, cacheRead, output: output ?? 0 };
}
