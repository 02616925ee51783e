import type { QuotaReading } from '@turnpike/protocol';
import type { ProviderDefinition } from '../definition';

const NOTHING: readonly QuotaReading[] = [];

/** What the headers of an answer say of the provider's limits. `headers`: names and values by turns, names in lower case. */
export function readQuotaHeaders(
  _definition: ProviderDefinition,
  _headers: readonly string[],
  _nowMs: number,
): readonly QuotaReading[] {
  return NOTHING;
}
