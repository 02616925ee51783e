import type { Json } from '@turnpike/kernel';
import { NO_USAGE, type Usage } from '@turnpike/protocol';
import { countOf, objectOf } from '../../answer';

/**
 * Figures of an answer; undefined when it holds none. `billed_units` are what the vendor charges for, which is less
 * than `tokens`: those count the vendor's own prompt too. Cached tokens are part of the input.
 */
export function readCohereUsage(value: Json | undefined): Usage | undefined {
  const usage = objectOf(value);
  const billed = objectOf(usage?.billed_units);
  const tokens = objectOf(usage?.tokens);
  const input = countOf(billed?.input_tokens) ?? countOf(tokens?.input_tokens);
  const output = countOf(billed?.output_tokens) ?? countOf(tokens?.output_tokens);
  if (input === undefined && output === undefined) return undefined;
  const cacheRead = Math.min(countOf(usage?.cached_tokens) ?? 0, input ?? 0);
  return { ...NO_USAGE, input: (input ?? 0) - cacheRead, cacheRead, output: output ?? 0 };
}
