import type { Secret } from '@turnpike/kernel';
import { RedisClient } from '@turnpike/persistence/redis/redis-client';
import type { GatewayLog } from './gateway-options';

/** A start waits this long for Redis, so that the first calls find it; it never fails without it. */
const CONNECT_PATIENCE_MS = 1_000;

/** The one client of this process, for everything that replicas share; undefined without a URL. */
export async function openRedis(url: Secret | undefined, log: GatewayLog): Promise<RedisClient | undefined> {
  if (!url) return undefined;
  const client = new RedisClient(url.reveal(), {
    onState: (answers, error) =>
      answers
        ? log.warn({}, 'Redis answers again')
        : log.error({ err: error }, 'Redis does not answer: calls go on without what it remembers'),
  });
  await client.whenUsable(CONNECT_PATIENCE_MS);
  return client;
}
