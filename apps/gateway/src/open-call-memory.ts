import { CallMemory, MemoryByteStore, SealedStore, Sealer, type ByteStore } from '@turnpike/continuity';
import { RedisByteStore } from '@turnpike/continuity/adapters/redis-byte-store';
import type { Secret } from '@turnpike/kernel';
import { RedisClient } from '@turnpike/persistence/redis/redis-client';
import type { GatewayLog } from './gateway-options';

/** A start waits this long for Redis, so that the first calls find it; it never fails without it. */
const CONNECT_PATIENCE_MS = 1_000;
/** Values that were tampered with are told of once in a while, however many there are. */
const DAMAGE_PAUSE_MS = 60_000;

export interface CallMemoryOptions {
  /** Base64, 32 bytes each: the first encrypts, all decrypt. */
  readonly secretKeys: readonly string[];
  /** Without it this process remembers alone, for as long as it lives. */
  readonly redisUrl: Secret | undefined;
  /** In front of every name in Redis; default: one for all installations, whose names differ by their keys. */
  readonly redisPrefix?: string;
  readonly log: GatewayLog;
}

export interface OpenCallMemory {
  readonly memory: CallMemory;
  close(): Promise<void>;
}

/** What calls leave behind for later ones: in Redis, where all replicas find it, else in this process. */
export async function openCallMemory(options: CallMemoryOptions): Promise<OpenCallMemory> {
  const { secretKeys, redisUrl, redisPrefix, log } = options;
  const client = redisUrl && (await connect(redisUrl, log));
  const store: ByteStore = client ? new RedisByteStore(client, redisPrefix) : new MemoryByteStore();
  const sealer = new Sealer(secretKeys.map((key) => Buffer.from(key, 'base64')));
  const sealed = new SealedStore({ store, sealer, onDamaged: damageReporter(log) });
  const memory = new CallMemory(sealed, (error) =>
    log.error({ err: error }, 'what a call left behind could not be kept'),
  );
  return {
    memory,
    close: async () => {
      await memory.close();
      await client?.close();
    },
  };
}

async function connect(url: Secret, log: GatewayLog): Promise<RedisClient> {
  const client = new RedisClient(url.reveal(), {
    onState: (answers, error) =>
      answers
        ? log.warn({}, 'Redis answers again')
        : log.error({ err: error }, 'Redis does not answer: calls go on without what it remembers'),
  });
  await client.whenUsable(CONNECT_PATIENCE_MS);
  return client;
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
