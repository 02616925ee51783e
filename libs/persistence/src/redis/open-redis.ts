import type { Secret } from '@turnpike/kernel';
import { RedisClient } from './redis-client';

/** A start waits this long for Redis, so that the first calls find it; it never fails without it. */
const CONNECT_PATIENCE_MS = 1_000;

/** Where it is told whether Redis answers. A pino logger fits as it is. */
export interface RedisLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** The one client of a process, for everything that processes share; undefined without a URL. */
export async function openRedis(url: Secret | undefined, log: RedisLog): Promise<RedisClient | undefined> {
  if (!url) return undefined;
  const client = new RedisClient(url.reveal(), {
    onState: (answers, error) =>
      answers
        ? log.warn({}, 'Redis answers again')
        : log.error({ err: error }, 'Redis does not answer: this process goes on without what it remembers'),
  });
  await client.whenUsable(CONNECT_PATIENCE_MS);
  return client;
}
