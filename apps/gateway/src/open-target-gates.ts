import { systemRandom } from '@turnpike/kernel';
import type { GatewaySnapshot } from '@turnpike/pipeline';
import { quotaDay } from '@turnpike/provider';
import { MemoryGroupStore, TargetGates, utcDay, type GroupStore } from '@turnpike/routing';

/** Leases last thirty seconds: what is still in use is held on to well before. */
const RENEW_MS = 10_000;

export interface OpenTargetGates {
  readonly gates: TargetGates;
  readonly store: GroupStore;
  close(): Promise<void>;
}

/** The gates in front of targets: their state in Redis, where all replicas share it, else in this process. */
export function openTargetGates(snapshot: () => GatewaySnapshot): OpenTargetGates {
  const store: GroupStore = new MemoryGroupStore();
  const gates = new TargetGates({
    store,
    random: systemRandom,
    dayOf: ({ provider }, nowMs) => {
      const configured = snapshot().catalog.provider(provider);
      if (!configured) return utcDay(nowMs);
      const { id, endsAtMs } = quotaDay(configured.definition, nowMs);
      return { id, leftMs: endsAtMs - nowMs };
    },
  });
  const renewal = setInterval(() => gates.renew(Date.now()), RENEW_MS);
  renewal.unref();
  const close = async (): Promise<void> => {
    clearInterval(renewal);
    await store.close();
  };
  return { gates, store, close };
}
