import type { UpstreamDialect } from '@turnpike/dialects';
import { createFold, type ChatResponse, type VendorError } from '@turnpike/protocol';

/**
 * A body that is the list of a stream's elements, as Google sends streams that were not asked for as events: read by
 * the decoder of streams. An error inside of it; undefined: the list has no end, or its elements are none of this dialect.
 */
export function readListedAnswer(
  text: string,
  upstream: UpstreamDialect,
  vendor: string,
): ChatResponse | { readonly error: VendorError } | undefined {
  const decoder = upstream.createStreamDecoder({ capabilities: {}, vendor });
  const fold = createFold();
  for (const event of [...decoder.push({ data: text }), ...decoder.end('complete')]) fold.push(event);
  const { error, stop } = fold.meter;
  if (error) return { error };
  return stop === undefined ? undefined : fold.response();
}
