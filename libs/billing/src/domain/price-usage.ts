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
  /** Requests, or search units, that the provider bills. Default: 1. */
  readonly requests?: number;
}

type TokenMeter = 'input' | 'cache_read' | 'cache_write_5m' | 'cache_write_1h' | 'output' | 'reasoning';
type Rates = Readonly<Record<TokenMeter, PicoUsd>>;

/** Rates below the first tier: the same for nearly every call, so they are worked out once per price. */
const baseRates = new WeakMap<UnitPrice, Rates>();

/** Pico-dollars per million tokens of each meter once `inputTokens` are sent: tiers first, then the defaults. */
function ratesFor(price: UnitPrice, inputTokens: number): Rates {
  if (price.tiers?.some(({ aboveInputTokens }) => inputTokens > aboveInputTokens))
    return computeRates(price, inputTokens);
  let rates = baseRates.get(price);
  if (rates === undefined) {
    rates = computeRates(price, 0);
    baseRates.set(price, rates);
  }
  return rates;
}

function computeRates(price: UnitPrice, inputTokens: number): Rates {
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

/** Collects the lines of one attempt. */
class Charge {
  readonly lines: ChargeLine[] = [];
  costPicoUsd = 0n;

  constructor(
    private readonly unitPriceId: string,
    private readonly confidence: ChargeLine['confidence'],
    private readonly rates: Rates,
  ) {}

  /** Meters without a quantity have no line. */
  tokens(meter: TokenMeter, quantity: number): void {
    if (quantity > 0) this.add(meter, quantity, pricePerMillion(quantity, this.rates[meter]));
  }

  /** The same, with what it would have cost as plain input. */
  cached(meter: TokenMeter, quantity: number): void {
    if (quantity <= 0) return;
    const uncachedCostPicoUsd = pricePerMillion(quantity, this.rates.input);
    this.add(meter, quantity, pricePerMillion(quantity, this.rates[meter]), uncachedCostPicoUsd);
  }

  add(meter: Meter, quantity: number, costPicoUsd: PicoUsd, uncachedCostPicoUsd?: PicoUsd): void {
    const { unitPriceId, confidence } = this;
    this.costPicoUsd += costPicoUsd;
    this.lines.push(
      uncachedCostPicoUsd === undefined
        ? { meter, quantity, unitPriceId, costPicoUsd, confidence }
        : { meter, quantity, unitPriceId, costPicoUsd, uncachedCostPicoUsd, confidence },
    );
  }
}

/**
 * Charge lines of one attempt: quantity x price / 10^6 in pico-dollars, half up, once per line. Meters without a
 * quantity have no line; `output` excludes reasoning. Cached tokens are never part of `input` here: usage is normalised
 * before it is priced.
 * @throws RangeError for a price that is not in force at `atMs`.
 */
export function priceUsage(usage: Usage, price: UnitPrice, context: PricingContext): PricedUsage {
  if (context.atMs < price.effectiveFromMs) throw new RangeError(`${price.id} is not in force yet`);
  const rates = ratesFor(price, inputTotal(usage));
  const charge = new Charge(price.id, context.confidence ?? 'measured', rates);
  const reasoning = Math.min(usage.reasoning, usage.output);
  charge.tokens('input', usage.input);
  charge.cached('cache_read', usage.cacheRead);
  // A write whose lifetime the provider did not name is the short one: that is every vendor's default.
  charge.cached('cache_write_5m', usage.cacheWrite5m + usage.cacheWriteUnknownTtl);
  charge.cached('cache_write_1h', usage.cacheWrite1h);
  charge.tokens('output', usage.output - reasoning);
  charge.tokens('reasoning', reasoning);
  const { requests = 1 } = context;
  if (price.perRequest !== undefined && price.perRequest > 0n)
    charge.add('request', requests, price.perRequest * BigInt(requests));
  const { lines, costPicoUsd } = charge;
  return { lines, costPicoUsd };
}
