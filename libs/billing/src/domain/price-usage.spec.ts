import fc from 'fast-check';
import { formatUsd, parseUsd, type PicoUsd } from '@turnpike/kernel';
import { NO_USAGE, type Usage } from '@turnpike/protocol';
import { priceUsage } from './price-usage';
import { GOLDEN_CASES, GOLDEN_PRICES, type GoldenPrice, type GoldenUsage } from './price-usage.golden';
import type { UnitPrice } from './prices';

const pico = (text: string | undefined): PicoUsd | undefined =>
  text === undefined ? undefined : parseUsd(text);

const METERS = {
  input: 'input',
  output: 'output',
  cacheRead: 'cache_read',
  cacheWrite5m: 'cache_write_5m',
  cacheWrite1h: 'cache_write_1h',
  reasoning: 'reasoning',
} as const;

const tierPrices = (tier: Partial<GoldenPrice>): Record<string, PicoUsd> =>
  Object.fromEntries(
    Object.entries(METERS).flatMap(([member, meter]) => {
      const text = tier[member as keyof typeof METERS];
      return text === undefined ? [] : [[meter, parseUsd(text)]];
    }),
  );

const unitPrice = (golden: GoldenPrice): UnitPrice => ({
  id: 'golden',
  effectiveFromMs: 0,
  input: parseUsd(golden.input),
  output: parseUsd(golden.output),
  cacheRead: pico(golden.cacheRead),
  cacheWrite5m: pico(golden.cacheWrite5m),
  cacheWrite1h: pico(golden.cacheWrite1h),
  reasoning: pico(golden.reasoning),
  perRequest: pico(golden.perRequest),
  tiers: golden.tiers?.map(({ above, ...prices }) => ({
    aboveInputTokens: above,
    prices: tierPrices(prices),
  })),
});

const usageOf = ([
  input,
  cacheRead,
  cacheWrite5m,
  cacheWrite1h,
  cacheWriteUnknownTtl,
  output,
  reasoning,
]: GoldenUsage): Usage => ({
  input,
  cacheRead,
  cacheWrite5m,
  cacheWrite1h,
  cacheWriteUnknownTtl,
  output,
  reasoning,
});

const at = { atMs: 1_000 };

test('the table is as long as it has to be', () => expect(GOLDEN_CASES.length).toBeGreaterThanOrEqual(150));

test.each(GOLDEN_CASES)('%s (%s) %j costs $%s', (_, price, usage, usd) => {
  const priced = priceUsage(usageOf(usage), unitPrice(GOLDEN_PRICES[price]), at);
  expect(formatUsd(priced.costPicoUsd)).toBe(usd);
});

test('cached tokens that stand in the prompt as well would cost $0.091311 instead of $0.054399', () => {
  const price = unitPrice(GOLDEN_PRICES.grok);
  const once = { ...NO_USAGE, input: 11_002, cacheRead: 12_304, output: 811 };
  const twice = { ...once, input: once.input + once.cacheRead };
  expect(formatUsd(priceUsage(once, price, at).costPicoUsd)).toBe('0.054399');
  expect(formatUsd(priceUsage(twice, price, at).costPicoUsd)).toBe('0.091311');
});

test('each meter has its line, with the price that made it', () => {
  const price = { ...unitPrice(GOLDEN_PRICES.sonnet), id: 'sonnet@1', perRequest: 5n };
  const usage = usageOf([100, 200, 300, 400, 50, 70, 30]);
  const { lines, costPicoUsd } = priceUsage(usage, price, { ...at, confidence: 'estimated' });
  const common = { unitPriceId: 'sonnet@1', confidence: 'estimated' };
  expect(lines).toEqual([
    { meter: 'input', quantity: 100, costPicoUsd: 300_000_000n, ...common },
    {
      meter: 'cache_read',
      quantity: 200,
      costPicoUsd: 60_000_000n,
      uncachedCostPicoUsd: 600_000_000n,
      ...common,
    },
    {
      meter: 'cache_write_5m',
      quantity: 350,
      costPicoUsd: 1_312_500_000n,
      uncachedCostPicoUsd: 1_050_000_000n,
      ...common,
    },
    {
      meter: 'cache_write_1h',
      quantity: 400,
      costPicoUsd: 2_400_000_000n,
      uncachedCostPicoUsd: 1_200_000_000n,
      ...common,
    },
    { meter: 'output', quantity: 40, costPicoUsd: 600_000_000n, ...common },
    { meter: 'reasoning', quantity: 30, costPicoUsd: 450_000_000n, ...common },
    { meter: 'request', quantity: 1, costPicoUsd: 5n, ...common },
  ]);
  expect(costPicoUsd).toBe(5_122_500_005n);
});

test('a price that is not in force yet is refused', () => {
  const price = { ...unitPrice(GOLDEN_PRICES.haiku), effectiveFromMs: 1_001 };
  expect(() => priceUsage(NO_USAGE, price, at)).toThrow(RangeError);
});

const tokens = fc.integer({ min: 0, max: 2_000_000 });
const anyUsage = fc.tuple(tokens, tokens, tokens, tokens, tokens, tokens, tokens).map(usageOf);
const anyPrice = fc.record({
  id: fc.constant('any'),
  effectiveFromMs: fc.constant(0),
  input: fc.bigInt({ min: 0n, max: 10n ** 14n }),
  output: fc.bigInt({ min: 0n, max: 10n ** 14n }),
  cacheRead: fc.option(fc.bigInt({ min: 0n, max: 10n ** 14n }), { nil: undefined }),
});

test('the cost is the sum of the lines, and no line is off by more than half a pico', () => {
  fc.assert(
    fc.property(anyUsage, anyPrice, (usage, price) => {
      const { lines, costPicoUsd } = priceUsage(usage, price, at);
      expect(lines.reduce((sum, line) => sum + line.costPicoUsd, 0n)).toBe(costPicoUsd);
      for (const line of lines) {
        const rate = line.meter === 'output' || line.meter === 'reasoning' ? price.output : price.input;
        const exact =
          BigInt(line.quantity) * (line.meter === 'cache_read' ? (price.cacheRead ?? price.input) : rate);
        const off = line.costPicoUsd * 1_000_000n - exact;
        expect(off > -500_000n && off <= 500_000n).toBe(true);
      }
    }),
  );
});

test('quantities of the lines add up to the usage', () => {
  fc.assert(
    fc.property(anyUsage, anyPrice, (usage, price) => {
      const total = priceUsage(usage, price, at).lines.reduce((sum, line) => sum + line.quantity, 0);
      const { reasoning: _, ...billed } = usage;
      expect(total).toBe(Object.values(billed).reduce((sum, quantity) => sum + quantity, 0));
    }),
  );
});
