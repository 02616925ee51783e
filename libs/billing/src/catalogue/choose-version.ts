import type { Meter } from '../domain/ledger';
import { shortDigest } from '../domain/price-override';
import type { UnitPrice } from '../domain/prices';
import type { CatalogueModel, CataloguePrices, CatalogueProvider, CatalogueVersion } from './price-catalogue';

const DAY_MS = 86_400_000;

const amount = (text: string | undefined): bigint | undefined =>
  text === undefined ? undefined : BigInt(text);

/** A price of the catalogue, ready to be compared with an instant. */
export interface VersionedPrice {
  readonly price: UnitPrice;
  readonly daily?: readonly [number, number];
}

function metersOf(prices: CataloguePrices): Partial<Record<Meter, bigint>> {
  const named: Partial<Record<Meter, bigint | undefined>> = {
    input: amount(prices.input),
    output: amount(prices.output),
    cache_read: amount(prices.cacheRead),
    cache_write_5m: amount(prices.cacheWrite5m),
    cache_write_1h: amount(prices.cacheWrite1h),
    reasoning: amount(prices.reasoning),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

function idOf(provider: CatalogueProvider, model: CatalogueModel, version: CatalogueVersion): string {
  const { from, daily, ...amounts } = version;
  const since = `${from ?? 'always'}${daily ? `+${daily.join('-')}s` : ''}`;
  return `catalogue:${provider.id}/${model.id}@${since}:${shortDigest(JSON.stringify(amounts))}`;
}

/** All prices of a model, the one that is asked first at the front; ids do not change with the catalogue's release. */
export function versionsOf(provider: CatalogueProvider, model: CatalogueModel): readonly VersionedPrice[] {
  const prices = (model.versions ?? []).map((version) => ({
    daily: version.daily,
    price: {
      id: idOf(provider, model, version),
      effectiveFromMs: version.from === undefined ? 0 : Date.parse(version.from),
      input: BigInt(version.input),
      output: BigInt(version.output),
      cacheRead: amount(version.cacheRead),
      cacheWrite5m: amount(version.cacheWrite5m),
      cacheWrite1h: amount(version.cacheWrite1h),
      reasoning: amount(version.reasoning),
      perRequest: amount(version.perRequest),
      tiers: version.tiers?.map((tier) => ({ aboveInputTokens: tier.above, prices: metersOf(tier) })),
    },
  }));
  return prices.reverse();
}

function holdsAt(version: VersionedPrice, atMs: number): boolean {
  if (atMs < version.price.effectiveFromMs) return false;
  if (!version.daily) return true;
  const second = (((atMs % DAY_MS) + DAY_MS) % DAY_MS) / 1000;
  const [start, end] = version.daily;
  return end < start ? second >= start || second < end : second >= start && second < end;
}

/** The price in force at an instant; undefined when the model has none then. */
export const chooseVersion = (versions: readonly VersionedPrice[], atMs: number): UnitPrice | undefined =>
  versions.find((version) => holdsAt(version, atMs))?.price;
