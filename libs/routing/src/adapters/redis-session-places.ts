import type { RedisClient } from '@turnpike/persistence/redis/redis-client';
import { isSamePlace, SessionPlaces, type SessionPlace } from '../domain/session-places';
import { MemorySessionPlaces } from './memory-session-places';

const PREFIX = 'tp:session:';
/** Sessions that stay where they are are written together. */
const REFRESH_PAUSE_MS = 20;
/** Nobody waits for a write. */
const WRITE_LIMIT_MS = 5_000;

interface Write {
  readonly place: SessionPlace;
  readonly ttlMs: number;
}

export interface RedisSessionPlacesOptions {
  readonly prefix?: string;
  /** What this process knows itself: it answers while Redis does not. */
  readonly local?: MemorySessionPlaces;
}

/** Sessions of all replicas. */
export class RedisSessionPlaces extends SessionPlaces {
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #local: MemorySessionPlaces;
  readonly #waiting = new Map<string, Write>();
  #timer: NodeJS.Timeout | undefined;
  #soon = false;

  constructor(
    client: RedisClient,
    { prefix = PREFIX, local = new MemorySessionPlaces() }: RedisSessionPlacesOptions = {},
  ) {
    super();
    this.#client = client;
    this.#prefix = prefix;
    this.#local = local;
  }

  async find(sessionKey: string): Promise<SessionPlace | undefined> {
    // What has not left yet is news to Redis.
    const waiting = this.#waiting.get(sessionKey);
    if (waiting) return waiting.place;
    const answer = await this.#client.ask((redis) => redis.get(this.#prefix + sessionKey));
    const shared = answer.ok && answer.value !== null ? readPlace(answer.value) : undefined;
    return shared ?? this.#local.find(sessionKey);
  }

  /** A new place leaves with this turn of the event loop: the session's next call may be at another replica at once. */
  remember(sessionKey: string, place: SessionPlace, ttlMs: number): void {
    const isNew = !isSamePlace(this.#local.find(sessionKey), place);
    this.#local.remember(sessionKey, place, ttlMs);
    this.#waiting.set(sessionKey, { place, ttlMs });
    if (isNew) this.#writeSoon();
    else this.#timer ??= setTimeout(() => void this.#write(), REFRESH_PAUSE_MS).unref();
  }

  /** Writes what still waits. */
  close(): Promise<void> {
    return this.#write();
  }

  #writeSoon(): void {
    if (this.#soon) return;
    this.#soon = true;
    setImmediate(() => void this.#write());
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#soon = false;
    if (this.#waiting.size === 0) return;
    const writes = [...this.#waiting];
    this.#waiting.clear();
    await this.#client.ask((redis) => {
      const pipeline = redis.pipeline();
      for (const [key, { place, ttlMs }] of writes)
        pipeline.set(this.#prefix + key, JSON.stringify([place.credentialId, place.model]), 'PX', ttlMs);
      return pipeline.exec();
    }, WRITE_LIMIT_MS);
  }
}

/** undefined: nothing that this version has written. */
function readPlace(text: string): SessionPlace | undefined {
  try {
    const [credentialId, model] = JSON.parse(text) as readonly unknown[];
    if (typeof credentialId === 'string' && typeof model === 'string') return { credentialId, model };
  } catch {
    // Not JSON, or no list: as good as nothing.
  }
  return undefined;
}
