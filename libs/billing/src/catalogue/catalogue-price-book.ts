import { overridesFor, priceOfOverride, shortDigest, type PriceOverride } from '../domain/price-override';
import { PriceBook, type UnitPrice } from '../domain/prices';
import { chooseVersion, versionsOf, type VersionedPrice } from './choose-version';
import { findModel, findProvider } from './match-model';
import { loadPriceCatalogue, type PriceCatalogue } from './price-catalogue';

export interface PriceBookOptions {
  readonly overrides?: readonly PriceOverride[];
  /** Default: the one that ships with the product. */
  readonly catalogue?: PriceCatalogue;
  /** Targets remembered at a time. Model names can come from clients, hence the bound. */
  readonly maxRemembered?: number;
}

interface Resolved {
  readonly overrides: readonly UnitPrice[];
  readonly catalogue: readonly VersionedPrice[];
}

/** Prices of the configuration first, then those of the catalogue, each by its instant. */
export class CataloguePriceBook extends PriceBook {
  readonly version: string;
  readonly #overrides: readonly PriceOverride[];
  readonly #catalogue: PriceCatalogue;
  readonly #maxRemembered: number;
  readonly #resolved = new Map<string, Resolved>();

  /** @throws RangeError for an override that cannot be read. */
  constructor(options: PriceBookOptions = {}) {
    super();
    this.#overrides = options.overrides ?? [];
    this.#overrides.forEach(priceOfOverride);
    this.#catalogue = options.catalogue ?? loadPriceCatalogue();
    this.#maxRemembered = options.maxRemembered ?? 2_000;
    const { source, version } = this.#catalogue;
    const own =
      this.#overrides.length > 0 ? `+overrides.${shortDigest(JSON.stringify(this.#overrides))}` : '';
    this.version = `${source}@${version}${own}`;
  }

  find(
    provider: string,
    model: string,
    priceProvider: string | undefined,
    atMs: number,
  ): UnitPrice | undefined {
    const { overrides, catalogue } = this.#resolve(provider, model, priceProvider);
    return overrides.find((price) => atMs >= price.effectiveFromMs) ?? chooseVersion(catalogue, atMs);
  }

  #resolve(provider: string, model: string, priceProvider: string | undefined): Resolved {
    const key = `${provider}\n${model}\n${priceProvider ?? ''}`;
    const known = this.#resolved.get(key);
    if (known) return known;
    const listed = priceProvider === undefined ? undefined : findProvider(this.#catalogue, priceProvider);
    const entry = listed && findModel(this.#catalogue, listed, model);
    const resolved = {
      overrides: overridesFor(this.#overrides, provider, model),
      catalogue: listed && entry ? versionsOf(listed, entry) : [],
    };
    if (this.#resolved.size >= this.#maxRemembered) {
      const oldest = this.#resolved.keys().next();
      if (!oldest.done) this.#resolved.delete(oldest.value);
    }
    this.#resolved.set(key, resolved);
    return resolved;
  }
}
