import { formatUsd, parseUsd } from '@turnpike/kernel';
import type { PriceOverride } from '../domain/price-override';
import { CataloguePriceBook } from './catalogue-price-book';
import type { PriceCatalogue } from './price-catalogue';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const book = new CataloguePriceBook();
const usd = (pico: bigint | undefined): string | undefined =>
  pico === undefined ? undefined : formatUsd(pico);

test.each([
  ['anthropic', 'claude-sonnet-4-5', ['3', '15', '0.3', '3.75', '6']],
  ['anthropic', 'claude-sonnet-4-5-20250929', ['3', '15', '0.3', '3.75', '6']],
  ['anthropic', 'Claude-Haiku-4-5', ['1', '5', '0.1', '1.25', '2']],
  ['openai', 'gpt-4o-mini', ['0.15', '0.6', '0.075', undefined, undefined]],
  ['openai', 'gpt-5-2025-08-07', ['1.25', '10', '0.125', undefined, undefined]],
  ['openai', 'gpt-5-20250807', ['1.25', '10', '0.125', undefined, undefined]],
  ['google', 'gemini-2.5-pro', ['1.25', '10', '0.125', undefined, undefined]],
  ['xai', 'grok-4', ['3', '15', '0.75', undefined, undefined]],
  ['azure', 'gpt-4o-mini', ['0.15', '0.6', '0.075', undefined, undefined]],
])('%s %s is in the catalogue', (vendor, model, want) => {
  const price = book.find('any', model, vendor, NOW);
  expect(
    [price?.input, price?.output, price?.cacheRead, price?.cacheWrite5m, price?.cacheWrite1h].map(usd),
  ).toEqual(want);
});

test.each([
  ['a model nobody sells', 'openai', 'gpt-nonsense'],
  ['a vendor nobody knows', 'nobody', 'gpt-4o'],
  ['a target without a vendor', undefined, 'gpt-4o'],
  ['a model that is sold by the hour', 'openai', 'whisper-1'],
  ['a model whose price the catalogue leaves open', 'github-copilot', 'gpt-4o'],
])('%s is unpriced', (_, vendor, model) => expect(book.find('any', model, vendor, NOW)).toBeUndefined());

test('context tiers come along', () => {
  const [tier] = book.find('any', 'gemini-2.5-pro', 'google', NOW)?.tiers ?? [];
  expect(tier?.aboveInputTokens).toBe(200_000);
  expect(tier?.prices).toEqual({
    input: parseUsd('2.5'),
    output: parseUsd('15'),
    cache_read: parseUsd('0.25'),
  });
});

test('one millisecond before and after a change of price', () => {
  const change = Date.parse('2025-06-10T00:00:00Z');
  const before = book.find('any', 'o3', 'openai', change - 1);
  const after = book.find('any', 'o3', 'openai', change);
  const later = book.find('any', 'o3', 'openai', change + 1);
  expect([usd(before?.input), usd(after?.input), usd(later?.input)]).toEqual(['10', '2', '2']);
  expect(before?.id).not.toBe(after?.id);
  expect(later?.id).toBe(after?.id);
});

test.each([
  ['2026-11-21T00:59:59.999Z', '0.66'],
  ['2026-11-21T01:00:00.000Z', '1.32'],
  ['2026-11-21T03:59:59.999Z', '1.32'],
  ['2026-11-21T04:00:00.000Z', '0.66'],
  ['2026-11-21T06:00:00.000Z', '1.32'],
])('a price by the time of day: %s', (instant, want) =>
  expect(usd(book.find('any', 'deepseek-v4-pro', 'deepseek', Date.parse(instant))?.input)).toBe(want),
);

const FREE: PriceOverride = {
  provider: 'local',
  model: 'qwen3-coder',
  inputPerMTok: '0',
  outputPerMTok: '0',
};
const override = (more: Partial<PriceOverride>): PriceOverride => ({
  ...FREE,
  provider: 'oai',
  model: 'gpt-4o',
  ...more,
});

test('an override goes before the catalogue, from its date on', () => {
  const own = new CataloguePriceBook({
    overrides: [
      override({ inputPerMTok: '1', effectiveFrom: '2026-11-01' }),
      override({ inputPerMTok: '0.5', effectiveFrom: '2026-12-01T00:00:00+01:00' }),
    ],
  });
  const priceAt = (instant: string): string | undefined =>
    usd(own.find('oai', 'gpt-4o', 'openai', Date.parse(instant))?.input);
  expect(priceAt('2026-10-31T23:59:59.999Z')).toBe('2.5');
  expect(priceAt('2026-11-01T00:00:00.001Z')).toBe('1');
  expect(priceAt('2026-11-30T22:59:59.999Z')).toBe('1');
  expect(priceAt('2026-11-30T23:00:00.000Z')).toBe('0.5');
  expect(usd(own.find('other', 'gpt-4o', 'openai', NOW)?.input)).toBe('2.5');
});

test('the exact name goes before a glob', () => {
  const own = new CataloguePriceBook({
    overrides: [override({ model: 'gpt-*', inputPerMTok: '9' }), override({ inputPerMTok: '8' })],
  });
  expect(usd(own.find('oai', 'gpt-4o', undefined, NOW)?.input)).toBe('8');
  expect(usd(own.find('oai', 'gpt-9', undefined, NOW)?.input)).toBe('9');
});

test('every member of an override arrives', () => {
  const own = new CataloguePriceBook({
    overrides: [
      override({
        inputPerMTok: '3.000001',
        outputPerMTok: '15.000007',
        cacheReadPerMTok: '0.3',
        cacheWrite5mPerMTok: '3.75',
        cacheWrite1hPerMTok: '6',
        reasoningPerMTok: '20',
        perRequest: '0.01',
      }),
    ],
  });
  expect(own.find('oai', 'gpt-4o', undefined, NOW)).toMatchObject({
    input: 3_000_001_000_000n,
    output: 15_000_007_000_000n,
    cacheRead: 300_000_000_000n,
    cacheWrite5m: 3_750_000_000_000n,
    cacheWrite1h: 6_000_000_000_000n,
    reasoning: 20_000_000_000_000n,
    perRequest: 10_000_000_000n,
  });
});

test.each([{ inputPerMTok: 'cheap' }, { inputPerMTok: '0.0000000000001' }, { effectiveFrom: 'soon' }])(
  'an override that cannot be read stops the start: %j',
  (wrong) => expect(() => new CataloguePriceBook({ overrides: [override(wrong)] })).toThrow(RangeError),
);

test('ids and the version depend on nothing but the prices', () => {
  const again = new CataloguePriceBook();
  expect(again.find('x', 'gpt-4o', 'openai', NOW)?.id).toBe(book.find('y', 'gpt-4o', 'openai', NOW)?.id);
  expect(book.version).toMatch(/^@pydantic\/genai-prices@\d+\.\d+\.\d+$/);
  const own = new CataloguePriceBook({ overrides: [FREE] });
  expect(own.version).toMatch(/\+overrides\.[0-9a-f]{8}$/);
  expect(own.version).toBe(new CataloguePriceBook({ overrides: [FREE] }).version);
  expect(own.version).not.toBe(
    new CataloguePriceBook({ overrides: [{ ...FREE, inputPerMTok: '1' }] }).version,
  );
});

test('only so many targets are remembered, and forgotten ones are found again', () => {
  let asked = 0;
  const catalogue: PriceCatalogue = {
    source: 's',
    version: '1',
    license: 'MIT',
    convertedOn: '2026-01-01',
    get providers() {
      asked += 1;
      return [
        {
          id: 'v',
          models: [{ id: 'm', match: { starts_with: 'm' }, versions: [{ input: '1', output: '2' }] }],
        },
      ];
    },
  };
  const small = new CataloguePriceBook({ catalogue, maxRemembered: 2 });
  for (const model of ['m1', 'm1', 'm2']) expect(small.find('p', model, 'v', NOW)?.input).toBe(1n);
  expect(asked).toBe(2);
  for (const model of ['m3', 'm1']) expect(small.find('p', model, 'v', NOW)?.input).toBe(1n);
  expect(asked).toBe(4);
});
