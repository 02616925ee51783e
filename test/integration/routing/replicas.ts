import { randomUUID } from 'node:crypto';
import { RedisClient } from '@turnpike/persistence/redis/redis-client';
import { RedisGroupStore } from '@turnpike/routing/adapters/redis/redis-group-store';
import type { Entry } from '@turnpike/routing/domain/group/group-state';
import type { EntryAnswer } from '@turnpike/routing/domain/group-store';
import { until } from '@turnpike/testing';

export const PLACE = { credentialId: 'key', model: 'model' };

/** Stores of several replicas over one Redis, as patient as those of a gateway. */
export class Replicas {
  readonly #opened: { close(): Promise<void> }[] = [];

  /** Resolves once the replica is one of many. */
  async open(url: string): Promise<RedisGroupStore> {
    const client = new RedisClient(url, { onState: () => undefined });
    await client.whenUsable(5_000);
    const store = new RedisGroupStore(client);
    this.#opened.push(client, store);
    await until(() => store.isShared, { what: 'a store that shares' });
    return store;
  }

  async close(): Promise<void> {
    for (const one of this.#opened.splice(0).reverse()) await one.close();
  }
}

/** One call to the group; async, so that nobody has to know whether the store had to ask. */
export async function enter(
  store: RedisGroupStore,
  group: string,
  more: Partial<Entry> = {},
): Promise<EntryAnswer> {
  const demand = { inputTokens: 0, outputTokens: 0 };
  return store.enter(group, { place: PLACE, lease: randomUUID(), demand, force: false, ...more }, Date.now());
}
