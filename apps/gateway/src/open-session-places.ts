import type { RedisClient } from '@turnpike/persistence/redis/redis-client';
import { MemorySessionPlaces, type SessionPlaces } from '@turnpike/routing';
import { RedisSessionPlaces } from '@turnpike/routing/adapters/redis-session-places';

export interface OpenSessionPlaces {
  readonly sessions: SessionPlaces;
  /** The client of Redis belongs to whoever opened it. */
  close(): Promise<void>;
}

/** Where conversations are served: known to all replicas through Redis, else to this process alone. */
export function openSessionPlaces(redis: RedisClient | undefined): OpenSessionPlaces {
  if (!redis) return { sessions: new MemorySessionPlaces(), close: () => Promise.resolve() };
  const sessions = new RedisSessionPlaces(redis);
  return { sessions, close: () => sessions.close() };
}
