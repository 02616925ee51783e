import { randomUUID } from 'node:crypto';
import type { RedisAnswer, RedisClient } from '@turnpike/persistence/redis/redis-client';
import type { GroupEvent } from '../../domain/group/group-event';
import type { Entry } from '../../domain/group/group-state';
import type { Forgetting } from '../../domain/group-store';
import { GroupScript, type ScriptRun } from './group-script';
import {
  decodeAnswer,
  decodeReading,
  encodeEntry,
  encodeJson,
  groupKeys,
  type EntryReply,
  type GroupReading,
} from './group-wire';

/** A replica that was silent for so long is gone. */
const REPLICA_MS = 15_000;
/** News of more groups than this are not looked at: the calls that go there will ask. */
const MOST_NEWS = 1_000;
/** Nobody waits for these. */
const UNAWAITED_LIMIT_MS = 1_000;
const LISTING_LIMIT_MS = 5_000;
const KEPT_MS = 25 * 3_600_000;

export interface Announcement {
  readonly atMs: number;
  readonly replicas: number;
  /** Another name than before: Redis has lost what it knew. */
  readonly memory: string;
}

export interface Batch {
  readonly group: string;
  readonly events: readonly GroupEvent[];
  readonly tidies: boolean;
}

export interface GroupsOptions {
  readonly prefix: string;
  /** The time that scripts go by; undefined: Redis's own. */
  readonly nowMs: (() => number) | undefined;
  /** How long a call waits for a decision; undefined: as long as for any command. */
  readonly decisionLimitMs: number | undefined;
  /** Calls are made here: limits are shared with this process when everybody is alone. */
  readonly isReplica: boolean;
}

/** Quota groups as they are in Redis: one script per decision, nothing remembered here. */
export class RedisGroups {
  readonly #enter = new GroupScript('enter');
  readonly #report = new GroupScript('report');
  readonly #read = new GroupScript('read');
  readonly #restore = new GroupScript('restore');
  readonly #forget = new GroupScript('forget');
  readonly #announce = new GroupScript('announce');
  readonly #replica = randomUUID();
  readonly #keysOf = new Map<string, readonly string[]>();

  constructor(
    private readonly client: RedisClient,
    private readonly options: GroupsOptions,
  ) {}

  /** False: Redis is away, not just late once. */
  get usable(): boolean {
    return this.client.usable;
  }

  /** `onLate`: told of an answer for which nobody waits any more. */
  async enter(
    group: string,
    entry: Entry,
    onLate: (reply: EntryReply) => void,
  ): Promise<RedisAnswer<EntryReply>> {
    const run = { keys: this.#keys(group), args: [...encodeEntry(entry), this.#clock()] };
    let isOver = false;
    const decode = (raw: unknown): EntryReply => {
      const reply = decodeAnswer(raw);
      if (isOver) onLate(reply);
      return reply;
    };
    const found = await this.client.ask(
      (redis) => this.#enter.run(redis, run).then(decode),
      this.options.decisionLimitMs,
    );
    isOver = true;
    return found;
  }

  /** True: all of it was heard. Who has never used a group learns in this way that somebody of it sits out. */
  async report(batches: readonly Batch[], nowMs: number): Promise<boolean> {
    const runs = batches.map(({ group, events, tidies }) => ({
      keys: this.#keys(group),
      args: [encodeJson(events), tidies ? 1 : 0, this.#clock()],
    }));
    const told = this.client.ask((redis) => this.#report.runAll(redis, runs), UNAWAITED_LIMIT_MS);
    const failing = batches.filter(({ events }) => events.some(({ kind }) => kind === 'failed'));
    const noted = this.note(
      failing.map(({ group }) => group),
      nowMs,
    );
    return (await Promise.all([told, noted]))[0].ok;
  }

  /** All in one round trip; what has not changed since a known version comes back without its state. */
  async read(
    groups: readonly { readonly group: string; readonly version: string }[],
    limitMs = this.options.decisionLimitMs,
  ): Promise<RedisAnswer<GroupReading[]>> {
    const runs = groups.map(({ group, version }) => ({ keys: this.#keys(group), args: [version] }));
    return this.#readings(this.#read, runs, limitMs);
  }

  async restore(
    memories: readonly { readonly group: string; readonly memory: object }[],
  ): Promise<RedisAnswer<GroupReading[]>> {
    const runs = memories.map(({ group, memory }) => ({
      keys: this.#keys(group),
      args: [encodeJson(memory), this.#clock()],
    }));
    return this.#readings(this.#restore, runs, UNAWAITED_LIMIT_MS);
  }

  async forget(group: string, what: Forgetting): Promise<RedisAnswer<boolean>> {
    const names = what.kind === 'breaker' ? [what.place, ''] : [what.subject, what.class];
    const run = { keys: this.#keys(group), args: [what.kind, ...names] };
    return this.client.ask(async (redis) => (await this.#forget.run(redis, run)) === 1, UNAWAITED_LIMIT_MS);
  }

  async announce(): Promise<RedisAnswer<Announcement>> {
    const run = {
      keys: [this.#replicasKey],
      args: [this.options.isReplica ? this.#replica : '', REPLICA_MS, randomUUID()],
    };
    return this.client.ask(async (redis) => {
      const [atMs, replicas, memory] = (await this.#announce.run(redis, run)) as [number, number, string];
      return { atMs, replicas, memory };
    });
  }

  async leave(): Promise<void> {
    await this.client.ask((redis) => redis.zrem(this.#replicasKey, this.#replica));
  }

  /** Notes that there are such groups, so that whoever lists them finds them. */
  async note(groups: readonly string[], nowMs: number): Promise<boolean> {
    if (groups.length === 0) return true;
    const pairs = groups.flatMap((group) => [String(nowMs), group]);
    return (await this.client.ask((redis) => redis.zadd(this.#groupsKey, ...pairs), UNAWAITED_LIMIT_MS)).ok;
  }

  /** Names of groups that were noted since, the latest first. */
  async notedSince(sinceMs: number): Promise<RedisAnswer<string[]>> {
    return this.client.ask(
      (redis) => redis.zrevrangebyscore(this.#groupsKey, '+inf', sinceMs, 'LIMIT', 0, MOST_NEWS),
      UNAWAITED_LIMIT_MS,
    );
  }

  /** Names of all groups that some replica has used within a day. */
  async names(nowMs: number): Promise<RedisAnswer<string[]>> {
    return this.client.ask(async (redis) => {
      await redis.zremrangebyscore(this.#groupsKey, '-inf', String(nowMs - KEPT_MS));
      return redis.zrange(this.#groupsKey, '0', '-1');
    }, LISTING_LIMIT_MS);
  }

  get #replicasKey(): string {
    return `${this.options.prefix}replicas`;
  }

  get #groupsKey(): string {
    return `${this.options.prefix}groups`;
  }

  /** Groups are those of the configuration: their keys are made once. */
  #keys(group: string): readonly string[] {
    let keys = this.#keysOf.get(group);
    if (!keys) this.#keysOf.set(group, (keys = groupKeys(this.options.prefix, group)));
    return keys;
  }

  #clock(): number | '' {
    return this.options.nowMs?.() ?? '';
  }

  async #readings(
    script: GroupScript,
    runs: readonly ScriptRun[],
    limitMs?: number,
  ): Promise<RedisAnswer<GroupReading[]>> {
    if (runs.length === 0) return { ok: true, value: [] };
    return this.client.ask(async (redis) => (await script.runAll(redis, runs)).map(decodeReading), limitMs);
  }
}
