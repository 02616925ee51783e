import { RedisClient } from '@turnpike/persistence/redis/redis-client';
import { MemoryGroupStore, type GroupStore } from '@turnpike/routing';
import { RedisGroupStore } from '@turnpike/routing/adapters/redis/redis-group-store';
import type { SeenGroups } from '../../../apps/admin/src/routing-state/routing-state';
import { freshPrefix, REDIS_URL, removeAll } from '../continuity/open-gateway';

/** Of one gateway, and of the control plane beside it. */
export interface Stores {
  /** The store of a gateway. */
  readonly gateway: GroupStore;
  /** What the control plane sees. */
  readonly seen: SeenGroups;
  close(): Promise<void>;
}

/** Both in one process. */
export async function openMemory(): Promise<Stores> {
  const store = new MemoryGroupStore();
  return { gateway: store, seen: { store, answers: () => true }, close: () => store.close() };
}

/** Processes of their own, with Redis between them. */
export async function openRedisStores(): Promise<Stores> {
  const prefix = freshPrefix();
  const open = async () => {
    const client = new RedisClient(REDIS_URL, { onState: () => undefined });
    await client.whenUsable(5_000);
    const store = new RedisGroupStore(client, { prefix });
    await store.ready(['x/warm-up'], Date.now());
    const close = async (): Promise<void> => {
      await store.close();
      await client.close();
    };
    return { client, store, close };
  };
  const [gateway, admin] = [await open(), await open()];
  return {
    gateway: gateway.store,
    seen: { store: admin.store, answers: () => admin.client.usable },
    close: async () => {
      await gateway.close();
      await admin.close();
      await removeAll(prefix);
    },
  };
}
