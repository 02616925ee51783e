import { CallMemory, MemoryByteStore, SealedStore, Sealer, type ByteStore } from '@turnpike/continuity';
import { RedisByteStore } from '@turnpike/continuity/adapters/redis-byte-store';
import type { RedisClient } from '@turnpike/persistence/redis/redis-client';
import type { GatewayLog } from './gateway-options';

/** Values that were tampered with are told of once in a while, however many there are. */
const DAMAGE_PAUSE_MS = 60_000;

export interface CallMemoryOptions {
  /** Base64, 32 bytes each: the first encrypts, all decrypt. */
  readonly secretKeys: readonly string[];
  /** Without it this process remembers alone, for as long as it lives. */
  readonly redis: RedisClient | undefined;
  /** In front of every name in Redis; default: one for all installations, whose names differ by their keys. */
  readonly redisPrefix?: string;
  readonly log: GatewayLog;
}

export interface OpenCallMemory {
  readonly memory: CallMemory;
  /** The client of Redis belongs to whoever opened it. */
  close(): Promise<void>;
}

/** What calls leave behind for later ones: in Redis, where all replicas find it, else in this process. */
export function openCallMemory(options: CallMemoryOptions): OpenCallMemory {
  const { secretKeys, redis, redisPrefix, log } = options;
  const store: ByteStore = redis ? new RedisByteStore(redis, redisPrefix) : new MemoryByteStore();
  const sealer = new Sealer(secretKeys.map((key) => Buffer.from(key, 'base64')));
  const sealed = new SealedStore({ store, sealer, onDamaged: damageReporter(log) });
  const memory = new CallMemory(sealed, (error) =>
    log.error({ err: error }, 'what a call left behind could not be kept'),
  );
  return { memory, close: () => memory.close() };
}

function damageReporter(log: GatewayLog): () => void {
  let nextAtMs = 0;
  return () => {
    const nowMs = Date.now();
    if (nowMs < nextAtMs) return;
    nextAtMs = nowMs + DAMAGE_PAUSE_MS;
    log.error({}, 'a remembered value was not sealed by this installation for its place: it is not used');
  };
}
