import type { RedisClient } from '@turnpike/persistence/redis/redis-client';
import { RedisGroupStore } from '@turnpike/routing/adapters/redis/redis-group-store';
import type { SeenGroups } from './routing-state';

/** What gateways know of quota groups, read where they share it; undefined: there is no such place. */
export function openSeenGroups(redis: RedisClient | undefined): SeenGroups | undefined {
  return redis && { store: new RedisGroupStore(redis, { isReplica: false }), answers: () => redis.usable };
}
