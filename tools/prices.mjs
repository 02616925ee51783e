#!/usr/bin/env node
/**
 * Writes the price catalogue: the data of @pydantic/genai-prices as integer pico-dollars per million tokens.
 * `--check` writes nothing and fails when the file differs from what the installed package gives.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const PACKAGE = '@pydantic/genai-prices';
const TARGET = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '../libs/billing/src/catalogue/prices.generated.json',
);

/** Decimal text of a number ("3.75", "1e-7") times 10^shift as an integer, rounded half up: no float arithmetic. */
export function scaleDecimal(text, shift) {
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text);
  if (!match) throw new Error(`not a decimal: ${text}`);
  const [, whole, fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  const power = shift + Number(exponent) - fraction.length;
  if (power >= 0) return (digits * 10n ** BigInt(power)).toString();
  const divisor = 10n ** BigInt(-power);
  return ((digits + divisor / 2n) / divisor).toString();
}

/** Our member -> the package's keys that may give it, first wins, with the power of ten that makes it pico-dollars. */
const MEMBERS = {
  input: [['input_mtok', 12]],
  output: [['output_mtok', 12]],
  cacheRead: [['cache_read_mtok', 12]],
  cacheWrite5m: [
    ['cache_write_5m_mtok', 12],
    ['cache_write_mtok', 12],
  ],
  cacheWrite1h: [
    ['cache_write_1h_mtok', 12],
    ['cache_write_mtok', 12],
  ],
  reasoning: [['output_reasoning_mtok', 12]],
  perRequest: [['requests_kcount', 9]],
};

function convertPrices(prices) {
  const base = {};
  const tiers = new Map();
  for (const [member, sources] of Object.entries(MEMBERS)) {
    const [key, shift] = sources.find(([name]) => prices[name] !== undefined) ?? [];
    if (key === undefined) continue;
    const value = prices[key];
    base[member] = scaleDecimal(String(value.base ?? value), shift);
    for (const tier of value.tiers ?? []) {
      const row = tiers.get(tier.start) ?? {};
      row[member] = scaleDecimal(String(tier.price), shift);
      tiers.set(tier.start, row);
    }
  }
  const steps = [...tiers.entries()].sort(([a], [b]) => a - b);
  return { ...base, ...(steps.length ? { tiers: steps.map(([above, row]) => ({ above, ...row })) } : {}) };
}

const secondOfDay = (text) => {
  const match = /^(\d\d):(\d\d):(\d\d)Z$/.exec(text);
  if (!match) throw new Error(`not a time of day in UTC: ${text}`);
  return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
};

/** Nothing priced by the token: free when the name says so, else unknown (audio by the hour, pages, subscriptions). */
function convertVersion(modelId, { constraint, prices }) {
  const converted = convertPrices(prices);
  if (converted.input === undefined && converted.output === undefined) {
    if (!modelId.endsWith(':free') || Object.keys(prices).length > 0) return undefined;
  }
  const when =
    constraint?.type === 'start_date'
      ? { from: constraint.start_date }
      : constraint?.type === 'time_of_date'
        ? { daily: [secondOfDay(constraint.start_time), secondOfDay(constraint.end_time)] }
        : {};
  return { ...when, ...converted, input: converted.input ?? '0', output: converted.output ?? '0' };
}

function convertModel(model) {
  const versions = (Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }])
    .map((version) => convertVersion(model.id, version))
    .filter((version) => version !== undefined);
  return { id: model.id, match: model.match, ...(versions.length ? { versions } : {}) };
}

const convertProvider = (provider) => ({
  id: provider.id,
  ...(provider.provider_match ? { match: provider.provider_match } : {}),
  ...(provider.fallback_model_providers ? { fallback: provider.fallback_model_providers } : {}),
  models: provider.models.map(convertModel),
});

/** One line per model: small, and a change of price is one line of a diff. */
function render(catalogue) {
  const { providers, ...head } = catalogue;
  const blocks = providers.map(({ models, ...provider }) => {
    const open = JSON.stringify(provider).slice(0, -1);
    return `${open},"models":[\n${models.map((model) => JSON.stringify(model)).join(',\n')}\n]}`;
  });
  return `${JSON.stringify(head).slice(0, -1)},"providers":[\n${blocks.join(',\n')}\n]}\n`;
}

const readTarget = () => {
  try {
    return readFileSync(TARGET, 'utf8');
  } catch {
    return undefined;
  }
};

/** The licence asks to travel with the data. */
const LICENSE_TARGET = path.join(path.dirname(TARGET), 'prices.LICENSE.txt');

const { waitForUpdate } = require(PACKAGE);
const entry = require.resolve(PACKAGE);
const manifest = JSON.parse(readFileSync(path.resolve(path.dirname(entry), '../package.json'), 'utf8'));
const license = readFileSync(path.resolve(path.dirname(entry), '../LICENSE'), 'utf8');
const providers = (await waitForUpdate()).map(convertProvider);
const existing = readTarget();
const convertedOn = existing ? JSON.parse(existing).convertedOn : undefined;
const head = {
  source: PACKAGE,
  version: manifest.version,
  license: license
    .split('\n')[0]
    .replace(/^The (.*) License.*$/, '$1')
    .trim(),
};
const sameDay = render({ ...head, convertedOn, providers });
if (existing === sameDay) {
  console.log(`prices: up to date (${PACKAGE} ${manifest.version})`);
} else if (process.argv.includes('--check')) {
  console.error(
    `prices: ${TARGET} is not what ${PACKAGE} ${manifest.version} gives; run node tools/prices.mjs`,
  );
  process.exitCode = 1;
} else {
  writeFileSync(TARGET, render({ ...head, convertedOn: new Date().toISOString().slice(0, 10), providers }));
  writeFileSync(LICENSE_TARGET, license);
  console.log(`prices: wrote ${providers.length} providers from ${PACKAGE} ${manifest.version}`);
}
