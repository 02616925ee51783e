import { pricePerMillion, type PicoUsd } from '@turnpike/kernel';
import { inputTotal, type Usage } from '@turnpike/protocol';
import type { ChargeLine, Meter } from './ledger';
import type { UnitPrice } from './prices';

export interface PricedUsage {
  readonly lines: readonly ChargeLine[];
  /** Sum of the lines. */
  readonly costPicoUsd: PicoUsd;
}

export interface PricingContext {
  /** Instant of the charge; a price that is not in force yet is a caller's mistake. */
  readonly atMs: number;
  /** Default: measured. */
  readonly confidence?: ChargeLine['confidence'];
}

type TokenMeter = 'input' | 'cache_read' | 'cache_write_5m' | 'cache_write_1h' | 'output' | 'reasoning';
type Rates = Readonly<Record<TokenMeter, PicoUsd>>;

/** Pico-dollars per million tokens of each meter once `inputTokens` are sent: tiers first, then the defaults. */
function ratesFor(price: UnitPrice, inputTokens: number): Rates {
  const set: Partial<Record<Meter, PicoUsd>> = {
    cache_read: price.cacheRead,
    cache_write_5m: price.cacheWrite5m,
    cache_write_1h: price.cacheWrite1h,
    reasoning: price.reasoning,
  };
  for (const tier of price.tiers ?? []) {
    if (inputTokens > tier.aboveInputTokens) Object.assign(set, tier.prices);
  }
  const input = set.input ?? price.input;
  const output = set.output ?? price.output;
  return {
    input,
    cache_read: set.cache_read ?? input,
    cache_write_5m: set.cache_write_5m ?? input,
    cache_write_1h: set.cache_write_1h ?? input,
    output,
    reasoning: set.reasoning ?? output,
  };
}

/** Cached tokens are never part of `input` here: usage is normalised before it is priced. */
function quantitiesOf(usage: Usage): readonly (readonly [TokenMeter, number])[] {
  const reasoning = Math.min(usage.reasoning, usage.output);
  return [
    ['input', usage.input],
    ['cache_read', usage.cacheRead],
    // A write whose lifetime the provider did not name is the short one: that is every vendor's default.
    ['cache_write_5m', usage.cacheWrite5m + usage.cacheWriteUnknownTtl],
    ['cache_write_1h', usage.cacheWrite1h],
    ['output', usage.output - reasoning],
    ['reasoning', reasoning],
  ];
}

/**
 * Charge lines of one attempt: quantity x price / 10^6 in pico-dollars, half up, once per line. Meters without a
 * quantity have no line; `output` excludes reasoning.
 * @throws RangeError for a price that is not in force at `atMs`.
 */
export function priceUsage(usage: Usage, price: UnitPrice, context: PricingContext): PricedUsage {
  if (context.atMs < price.effectiveFromMs) throw new RangeError(`${price.id} is not in force yet`);
  const rates = ratesFor(price, inputTotal(usage));
  const confidence = context.confidence ?? 'measured';
  const lines: ChargeLine[] = [];
  for (const [meter, quantity] of quantitiesOf(usage)) {
    if (quantity <= 0) continue;
    const line = {
      meter,
      quantity,
      unitPriceId: price.id,
      costPicoUsd: pricePerMillion(quantity, rates[meter]),
    };
    const uncached = meter.startsWith('cache_')
      ? { uncachedCostPicoUsd: pricePerMillion(quantity, rates.input) }
      : undefined;
    lines.push({ ...line, ...uncached, confidence });
  }
  if (price.perRequest !== undefined && price.perRequest > 0n) {
    const costPicoUsd = price.perRequest;
    lines.push({ meter: 'request', quantity: 1, unitPriceId: price.id, costPicoUsd, confidence });
  }
  return { lines, costPicoUsd: lines.reduce((sum, line) => sum + line.costPicoUsd, 0n) };
}
