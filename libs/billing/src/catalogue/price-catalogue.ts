import { readFileSync } from 'node:fs';
import path from 'node:path';

export type MatchRule =
  | { readonly or: readonly MatchRule[] }
  | { readonly and: readonly MatchRule[] }
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string };

/** Pico-dollars per million tokens as decimal integers; `perRequest` per request. */
export interface CataloguePrices {
  readonly input?: string;
  readonly output?: string;
  readonly cacheRead?: string;
  readonly cacheWrite5m?: string;
  readonly cacheWrite1h?: string;
  readonly reasoning?: string;
  readonly perRequest?: string;
}

export interface CatalogueVersion extends CataloguePrices {
  readonly input: string;
  readonly output: string;
  /** First day (UTC) on which it holds. */
  readonly from?: string;
  /** Holds every day between these seconds of the UTC day; may wrap midnight. */
  readonly daily?: readonly [number, number];
  readonly tiers?: readonly ({ readonly above: number } & CataloguePrices)[];
}

export interface CatalogueModel {
  readonly id: string;
  readonly match: MatchRule;
  /** Later ones come first when they hold. Absent: known but not priced by the token. */
  readonly versions?: readonly CatalogueVersion[];
}

export interface CatalogueProvider {
  readonly id: string;
  readonly match?: MatchRule;
  /** Providers whose models this one resells at the same price. */
  readonly fallback?: readonly string[];
  readonly models: readonly CatalogueModel[];
}

export interface PriceCatalogue {
  readonly source: string;
  readonly version: string;
  readonly license: string;
  readonly convertedOn: string;
  readonly providers: readonly CatalogueProvider[];
}

let loaded: PriceCatalogue | undefined;

/** The catalogue that tools/prices.mjs wrote; read once, when first asked for. */
export function loadPriceCatalogue(): PriceCatalogue {
  loaded ??= JSON.parse(
    readFileSync(path.join(__dirname, 'prices.generated.json'), 'utf8'),
  ) as PriceCatalogue;
  return loaded;
}
