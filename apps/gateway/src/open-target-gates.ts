import { systemRandom } from '@turnpike/kernel';
import type { RedisClient } from '@turnpike/persistence/redis/redis-client';
import type { GatewaySnapshot } from '@turnpike/pipeline';
import { quotaDay } from '@turnpike/provider';
import { MemoryGroupStore, TargetGates, utcDay, type GroupStore } from '@turnpike/routing';
import { RedisGroupStore } from '@turnpike/routing/adapters/redis/redis-group-store';
import { alarmLog } from './alarm-log';
import type { GatewayLog } from './gateway-options';

/** Leases last thirty seconds: what is still in use is held on to well before. */
const RENEW_MS = 10_000;

export interface TargetGatesOptions {
  readonly snapshot: () => GatewaySnapshot;
  /** Without it this process knows what it has heard itself. */
  readonly redis: RedisClient | undefined;
  /** How long a call waits for Redis. */
  readonly decisionLimitMs: number;
  readonly log: GatewayLog;
}

export interface OpenTargetGates {
  readonly gates: TargetGates;
  readonly store: GroupStore;
  close(): Promise<void>;
}

/** The gates in front of targets: their state in Redis, where all replicas share it, else in this process. */
export function openTargetGates(options: TargetGatesOptions): OpenTargetGates {
  const { snapshot, redis, decisionLimitMs, log } = options;
  const store: GroupStore = redis ? new RedisGroupStore(redis, { decisionLimitMs }) : new MemoryGroupStore();
  const gates = new TargetGates({
    store,
    random: systemRandom,
    onAlarm: alarmLog(log),
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
