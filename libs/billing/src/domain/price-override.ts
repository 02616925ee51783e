import { createHash } from 'node:crypto';
import { globMatches, parseUsd } from '@turnpike/kernel';
import type { UnitPrice } from './prices';

/** A price set by the operator: decimal strings of USD, per million tokens; `perRequest` per request. */
export interface PriceOverride {
  /** Provider name as in the configuration. */
  readonly provider: string;
  /** Model name at the provider; `*` matches any run of characters. */
  readonly model: string;
  readonly inputPerMTok: string;
  readonly outputPerMTok: string;
  readonly cacheReadPerMTok?: string;
  readonly cacheWrite5mPerMTok?: string;
  readonly cacheWrite1hPerMTok?: string;
  readonly reasoningPerMTok?: string;
  readonly perRequest?: string;
  /** RFC 3339 instant or date (UTC midnight); absent: always. */
  readonly effectiveFrom?: string;
}

/** First 8 hex digits of a digest: enough to tell two prices of one model apart. */
export const shortDigest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 8);

const optionalUsd = (text: string | undefined): bigint | undefined =>
  text === undefined ? undefined : parseUsd(text);

function effectiveFromMs(text: string | undefined): number {
  if (text === undefined) return 0;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new RangeError(`not a date or an RFC 3339 instant: ${text}`);
  return ms;
}

/** @throws RangeError for an amount or a date that cannot be read. */
export function priceOfOverride(override: PriceOverride): UnitPrice {
  const amounts = [
    override.inputPerMTok,
    override.outputPerMTok,
    override.cacheReadPerMTok,
    override.cacheWrite5mPerMTok,
    override.cacheWrite1hPerMTok,
    override.reasoningPerMTok,
    override.perRequest,
  ];
  const since = override.effectiveFrom ?? 'always';
  return {
    id: `override:${override.provider}/${override.model}@${since}:${shortDigest(JSON.stringify(amounts))}`,
    effectiveFromMs: effectiveFromMs(override.effectiveFrom),
    input: parseUsd(override.inputPerMTok),
    output: parseUsd(override.outputPerMTok),
    cacheRead: optionalUsd(override.cacheReadPerMTok),
    cacheWrite5m: optionalUsd(override.cacheWrite5mPerMTok),
    cacheWrite1h: optionalUsd(override.cacheWrite1hPerMTok),
    reasoning: optionalUsd(override.reasoningPerMTok),
    perRequest: optionalUsd(override.perRequest),
  };
}

/** Overrides for a target, the exact name before a glob, the latest first. */
export function overridesFor(
  overrides: readonly PriceOverride[],
  provider: string,
  model: string,
): readonly UnitPrice[] {
  const own = overrides.filter((o) => o.provider === provider);
  const exact = own.filter((o) => o.model === model);
  const chosen = exact.length > 0 ? exact : own.filter((o) => globMatches(o.model, model));
  return chosen.map(priceOfOverride).sort((a, b) => (a.effectiveFromMs < b.effectiveFromMs ? 1 : -1));
}
