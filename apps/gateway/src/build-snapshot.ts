import { CataloguePriceBook } from '@turnpike/billing/catalogue/catalogue-price-book';
import type { Configuration } from '@turnpike/config';
import type { GatewaySnapshot } from '@turnpike/pipeline';
import { compileCatalog, PROVIDERS } from '@turnpike/provider';

/** Catalog, prices and limits of one configuration: what a call holds on to until it ends. */
export function buildSnapshot(config: Configuration): GatewaySnapshot {
  const { resilience } = config;
  return {
    catalog: compileCatalog(config, PROVIDERS),
    prices: new CataloguePriceBook({ overrides: config.prices.overrides }),
    policy: {
      maxAttempts: resilience.maxAttempts,
      deadlineMs: resilience.deadlineMs,
      maxQueueWaitMs: resilience.maxQueueWaitMs,
      drainMs: resilience.clientAbort.drainMs,
    },
  };
}
