import { formatUsd, parseUsd } from '@turnpike/kernel';
import type { JournalEntry } from '../../../apps/mock-upstream/src/mock-upstream';
import type { TokenPrice } from '../stage/gateway-config';

/** Pico-dollars per token: whole because prices have at most 6 decimals. */
const perToken = (usdPerMTok: string): bigint => parseUsd(usdPerMTok) / 1_000_000n;

/** The exact cost of what a provider reported, computed apart from the product's own arithmetic. */
export function costOf(price: TokenPrice, usage: NonNullable<JournalEntry['usage']>): bigint {
  const input = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  return perToken(price.inputPerMTok) * BigInt(input) + perToken(price.outputPerMTok) * BigInt(usage.output);
}

/** Sum of decimal amounts of USD. */
export const sumUsd = (amounts: readonly string[]): string =>
  formatUsd(amounts.reduce((sum, usd) => sum + parseUsd(usd), 0n));
