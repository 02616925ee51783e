import type { RedisClient } from '@turnpike/persistence/redis/redis-client';
import { ByteStore, type NamedBytes } from '../domain/byte-store';

const PREFIX = 'turnpike:kept:';
/** Nobody waits for a write. */
const WRITE_LIMIT_MS = 5_000;

/** Values in Redis: every replica finds what another has kept. The server's own memory policy limits them. */
export class RedisByteStore extends ByteStore {
  constructor(
    private readonly client: RedisClient,
    private readonly prefix: string = PREFIX,
  ) {
    super();
  }

  async setMany(values: readonly NamedBytes[], ttlMs: number): Promise<boolean> {
    const answer = await this.client.ask((redis) => {
      const pipeline = redis.pipeline();
      for (const { name, bytes } of values) pipeline.set(this.prefix + name, bytes, 'PX', ttlMs);
      return pipeline.exec();
    }, WRITE_LIMIT_MS);
    return answer.ok && (answer.value ?? []).every(([error]) => error === null);
  }

  async getMany(
    names: readonly string[],
    limitMs: number,
  ): Promise<readonly (Buffer | undefined)[] | undefined> {
    if (names.length === 0) return [];
    const keys = names.map((name) => this.prefix + name);
    const answer = await this.client.ask((redis) => redis.mgetBuffer(keys), limitMs);
    return answer.ok ? answer.value.map((bytes) => bytes ?? undefined) : undefined;
  }

  async remove(names: readonly string[]): Promise<boolean | undefined> {
    const keys = names.map((name) => this.prefix + name);
    const answer = await this.client.ask((redis) => redis.del(keys), WRITE_LIMIT_MS);
    return answer.ok ? answer.value > 0 : undefined;
  }

  /** The client belongs to whoever made it. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
