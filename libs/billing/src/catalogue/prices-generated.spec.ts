import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { loadPriceCatalogue } from './price-catalogue';

const ROOT = path.resolve(__dirname, '../../../..');

test('the catalogue is what the installed package gives', () => {
  const said = execFileSync(process.execPath, [path.join(ROOT, 'tools/prices.mjs'), '--check'], {
    encoding: 'utf8',
  });
  expect(said).toContain('up to date');
});

test('every amount is a whole number of pico-dollars', () => {
  const amounts = loadPriceCatalogue().providers.flatMap((provider) =>
    provider.models.flatMap((model) =>
      (model.versions ?? []).flatMap((version) => {
        const { from: _, daily: __, tiers = [], ...base } = version;
        return [
          ...Object.values(base),
          ...tiers.flatMap(({ above: ___, ...prices }) => Object.values(prices)),
        ];
      }),
    ),
  );
  expect(amounts.length).toBeGreaterThan(3_000);
  expect(amounts.filter((amount) => !/^\d{1,16}$/.test(amount))).toEqual([]);
});

test('every pattern of the catalogue is a regular expression', () => {
  const patterns: string[] = [];
  JSON.stringify(loadPriceCatalogue(), (key, value: unknown) => {
    if (key === 'regex' && typeof value === 'string') patterns.push(value);
    return value;
  });
  expect(patterns.length).toBeGreaterThan(0);
  for (const pattern of patterns) expect(() => new RegExp(pattern)).not.toThrow();
});
