import { systemRandom } from '@turnpike/kernel';
import { Redis } from 'ioredis';
import { RedisBreaker } from './redis-breaker';

/** Deadline of a command that a call waits for. */
const COMMAND_LIMIT_MS = 50;
const CONNECT_LIMIT_MS = 2_000;
/** A connection on which an answer is this late is dead: it is replaced. */
const SILENCE_LIMIT_MS = 5_000;
const LONGEST_RETRY_MS = 2_000;
const FAREWELL_MS = 500;
/** A connection that does not close by then is destroyed. */
const HANG_UP_MS = 50;

/** What the server said; `ok: false`: nobody knows, within the deadline. */
export type RedisAnswer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

export interface RedisClientOptions {
  /** Told of each change: whether the server answers, and what went wrong when it does not. */
  readonly onState: (answers: boolean, error?: Error) => void;
  /** Deadline of a command that a call waits for; tests on busy machines have more patience. */
  readonly limitMs?: number;
}

const UNKNOWN = { ok: false } as const;

/** A write that a full server refuses says nothing about its reads. */
const isFull = (error: unknown): boolean => error instanceof Error && error.message.startsWith('OOM');

/**
 * Redis on the path of calls: nothing is queued, every command has a deadline, and a server that does not answer is not
 * asked for a while. It connects in the background, again and again; commands never throw and never hold a call up.
 */
export class RedisClient {
  private readonly redis: Redis;
  private readonly breaker = new RedisBreaker();
  private answers: boolean | undefined;
  private lastError: Error | undefined;
  private ended = false;

  constructor(
    url: string,
    private readonly options: RedisClientOptions,
  ) {
    this.redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: CONNECT_LIMIT_MS,
      socketTimeout: SILENCE_LIMIT_MS,
      disconnectTimeout: HANG_UP_MS,
      connectionName: 'turnpike',
      disableClientInfo: true,
      // What calls ask in one turn of the event loop goes out, and comes back, as one packet.
      enableAutoPipelining: true,
      // Spread: replicas that lost the server together do not come back in step.
      retryStrategy: (times) =>
        Math.min(50 * 2 ** Math.min(times, 10), LONGEST_RETRY_MS) * (0.5 + systemRandom() / 2),
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
    this.redis.on('error', (error: Error) => {
      this.lastError = error;
      this.noteState();
    });
    this.redis.on('ready', () => {
      this.breaker.succeeded();
      this.noteState();
    });
    this.redis.on('close', () => this.noteState());
    this.redis.connect().catch(() => undefined);
  }

  /** True: connected, and the last commands were answered. */
  get usable(): boolean {
    return this.redis.status === 'ready' && this.breaker.closed;
  }

  /** Runs one command, or one pipeline; its answer if it comes within `limitMs`. */
  ask<T>(
    command: (redis: Redis) => Promise<T>,
    limitMs = this.options.limitMs ?? COMMAND_LIMIT_MS,
  ): Promise<RedisAnswer<T>> {
    const startedMs = Date.now();
    if (this.ended || this.redis.status !== 'ready' || !this.breaker.admits(startedMs))
      return Promise.resolve(UNKNOWN);
    return inTime(() => command(this.redis), limitMs).then(
      (value) => {
        this.breaker.succeeded();
        this.noteState();
        return { ok: true, value };
      },
      (error: unknown) => this.failed(error, startedMs),
    );
  }

  private failed(error: unknown, startedMs: number): typeof UNKNOWN {
    if (isFull(error)) this.breaker.succeeded();
    else this.breaker.failed(Date.now(), startedMs);
    this.lastError = error instanceof Error ? error : undefined;
    this.noteState();
    return UNKNOWN;
  }

  /** `listener` is told of every new connection. Returns what ends that. */
  onReady(listener: () => void): () => void {
    this.redis.on('ready', listener);
    return () => this.redis.off('ready', listener);
  }

  /** Resolves as soon as the server answers, at the latest after `limitMs`. */
  async whenUsable(limitMs: number): Promise<void> {
    if (this.usable) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.redis.off('ready', end);
        resolve();
      };
      const timer = setTimeout(end, limitMs);
      this.redis.on('ready', end);
    });
  }

  /** Commands under way are still answered, for a moment. */
  async close(): Promise<void> {
    this.ended = true;
    // What was asked in this turn of the event loop goes out at its end: before the farewell.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.redis.status === 'ready')
      await inTime(() => this.redis.quit(), FAREWELL_MS).catch(() => undefined);
    if (this.redis.status !== 'end') this.redis.disconnect();
  }

  private noteState(): void {
    if (this.ended) return;
    const answers = this.usable;
    // The very first connection is no news; a start without a server is.
    if (answers === this.answers || (this.answers === undefined && !answers && !this.lastError)) return;
    const first = this.answers === undefined;
    this.answers = answers;
    if (!first || !answers) this.options.onState(answers, answers ? undefined : this.lastError);
  }
}

/** @throws when it rejects, or takes longer than `limitMs`. */
function inTime<T>(ask: () => Promise<T>, limitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // An answer that came while this process was busy is read before it is given up.
      setImmediate(() => reject(new Error(`no answer within ${limitMs} ms`)));
    }, limitMs);
    ask().then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
