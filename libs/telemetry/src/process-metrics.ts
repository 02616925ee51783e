import { collectDefaultMetrics, Registry } from 'prom-client';
import { NumberMetric, ReadGauge } from './slot-metric';

/** A registry with the runtime's own figures: CPU, memory, garbage collection, event-loop lag. */
export function createMetricsRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Counts answers. `route` is a pattern of the router, never a path that a client made up. */
export function createHttpMetrics(registry: Registry): (route: string, status: number) => void {
  const requests = new NumberMetric(registry, 'http_requests_total');
  return (route, status) => void requests.slot(route, String(status)).value++;
}

export interface LedgerFigures {
  /** Milliseconds since the oldest unwritten call was recorded; 0 when there is none. */
  readonly lagMs: () => number;
  readonly depth: () => number;
}

/** Asks the ledger at each scrape. */
export function watchLedger(registry: Registry, ledger: LedgerFigures): void {
  new ReadGauge(registry, 'ledger_lag_seconds', () => ledger.lagMs() / 1000);
  new ReadGauge(registry, 'ledger_queue_depth', ledger.depth);
}

/** Returns the setter; a process begins with the configuration it was started with, which was good. */
export function createReloadMetric(registry: Registry): (succeeded: boolean) => void {
  const slot = new NumberMetric(registry, 'config_last_reload_successful').slot();
  slot.value = 1;
  return (succeeded) => void (slot.value = succeeded ? 1 : 0);
}
