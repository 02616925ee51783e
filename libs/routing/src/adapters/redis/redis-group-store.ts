import { systemRandom, type Random } from '@turnpike/kernel';
import type { RedisClient } from '@turnpike/persistence/redis/redis-client';
import { inOwnClock } from '../../domain/group/group-facts';
import { forgetInGroup } from '../../domain/group/forget-in-group';
import type { GroupEvent } from '../../domain/group/group-event';
import { FRESH_GROUP, type Entry } from '../../domain/group/group-state';
import { RECHECK_MS } from '../../domain/group/probes';
import { isGroupEmpty, tidyGroup } from '../../domain/group/tidy-group';
import { GroupStore, type EntryAnswer, type Forgetting, type GroupView } from '../../domain/group-store';
import { CopyKeeper } from './copy-keeper';
import type { GroupCopy } from './group-copy';
import { RedisGroups } from './redis-groups';

export interface RedisGroupStoreOptions {
  readonly prefix?: string;
  readonly random?: Random;
  /** How long a call waits for what replicas share before this one decides by itself; default: as the client waits. */
  readonly decisionLimitMs?: number;
  /** False: no calls are made here, it only looks. */
  readonly isReplica?: boolean;
  /** For tests: the time that everybody goes by, Redis too. */
  readonly clock?: () => number;
}

interface Asked {
  readonly entry: Entry;
  /** As many calls like it Redis may count beforehand. */
  readonly ahead: number;
}

const PREFIX = 'tp:';
/** Copies are read anew so often, give or take a quarter. */
const TURN_MS = 400;
/** Replicas do not all come back in the same millisecond. */
const REJOIN_SPREAD_MS = 100;
const LISTING_LIMIT_MS = 5_000;

/**
 * Quota groups of all replicas. Calls look at copies that are at most a second old; what takes something asks Redis, by
 * one script; what became of it is told in the background. While Redis does not answer this replica goes on by itself,
 * with its share of the limits, and tells what it learned when Redis is back.
 */
export class RedisGroupStore extends GroupStore {
  readonly #groups: RedisGroups;
  readonly #keeper: CopyKeeper;
  readonly #random: Random;
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | undefined;
  #turning: Promise<void> | undefined;
  #closed = false;

  constructor(
    client: RedisClient,
    { prefix = PREFIX, random = systemRandom, clock, ...more }: RedisGroupStoreOptions = {},
  ) {
    super();
    this.#groups = new RedisGroups(client, {
      prefix,
      nowMs: clock,
      decisionLimitMs: more.decisionLimitMs,
      isReplica: more.isReplica ?? true,
    });
    this.#keeper = new CopyKeeper(this.#groups, {
      nowMs: clock ?? (() => Date.now()),
      isSameClock: clock !== undefined,
    });
    this.#random = random;
    // A new connection may be one to a server that remembers nothing.
    this.#stopListening = client.onReady(() => {
      this.#keeper.part();
      this.#wake(REJOIN_SPREAD_MS * random());
    });
    this.#turning = this.#turn();
  }

  /** False: this replica goes on by itself. */
  get isShared(): boolean {
    return this.#keeper.isConnected && this.#keeper.isShared;
  }

  ready(groups: readonly string[], nowMs: number): Promise<void> | undefined {
    return this.#keeper.isConnected ? this.#keeper.refreshStale(groups, nowMs) : this.#keeper.joining;
  }

  look(group: string, nowMs: number): GroupView | undefined {
    const { state } = this.#keeper.copy(group, nowMs);
    return state === FRESH_GROUP ? undefined : { state, skewMs: this.#keeper.skewMs };
  }

  enter(group: string, entry: Entry, nowMs: number): EntryAnswer | Promise<EntryAnswer> {
    const copy = this.#keeper.copy(group, nowMs);
    if (!this.isShared) return this.#keeper.enterAlone(copy, entry, nowMs);
    const atMs = nowMs + this.#keeper.skewMs;
    const ahead = copy.ahead.wanted(atMs);
    const counted = copy.enterCounted(entry, atMs);
    if (counted) return counted;
    if (ahead > 0) copy.ahead.ask();
    return this.#ask(group, copy, { entry, ahead }, nowMs);
  }

  report(group: string, event: GroupEvent, urgent: boolean, nowMs: number): void {
    this.#keeper.hear(group, event, urgent, nowMs);
  }

  async list(nowMs: number): Promise<ReadonlyMap<string, GroupView>> {
    await this.flush();
    const names = await this.#groups.names(nowMs);
    const known = names.ok ? names.value : [];
    const readings = names.ok
      ? await this.#groups.read(
          known.map((group) => ({ group, version: '' })),
          LISTING_LIMIT_MS,
        )
      : names;
    if (!readings.ok) return this.#keeper.views(nowMs);
    const { skewMs } = this.#keeper;
    const views = new Map<string, GroupView>();
    readings.value.forEach(({ state }, i) => {
      const tidied = state && tidyGroup(state, nowMs + skewMs);
      if (tidied && !isGroupEmpty(tidied)) views.set(known[i] ?? '', { state: tidied, skewMs });
    });
    return views;
  }

  async forget(group: string, what: Forgetting, nowMs: number): Promise<boolean> {
    await this.flush();
    const copy = this.#keeper.copy(group, nowMs);
    const state = forgetInGroup(copy.state, what);
    const isKnown = state !== copy.state;
    copy.state = state;
    const forgotten = await this.#groups.forget(group, what);
    return forgotten.ok ? forgotten.value : isKnown;
  }

  /** Tells what waits to be told. */
  flush(): Promise<void> {
    return this.#keeper.flush();
  }

  /** Says that this replica is there, and hears of the others. */
  announce(): Promise<void> {
    return this.#keeper.announce();
  }

  /** Reads every copy anew. */
  refresh(): Promise<void> {
    return this.#keeper.refreshAll();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    clearTimeout(this.#timer);
    await this.#turning;
    await this.#keeper.close();
  }

  #wake(afterMs: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#turning ??= this.#turn();
    }, afterMs);
    this.#timer.unref();
  }

  async #turn(): Promise<void> {
    // Whatever went wrong with one answer: this replica goes on, and tries again.
    await this.#keeper.turn().catch(() => this.#keeper.part());
    this.#turning = undefined;
    this.#wake(TURN_MS * (0.75 + this.#random() / 2));
  }

  async #ask(group: string, copy: GroupCopy, { entry, ahead }: Asked, nowMs: number): Promise<EntryAnswer> {
    const found = await this.#groups.enter(group, ahead > 0 ? { ...entry, ahead } : entry, (late) =>
      this.#keeper.countedAhead(group, copy, entry, late),
    );
    if (!found.ok) {
      if (ahead > 0) copy.ahead.unanswered();
      const answer = this.#enterUnheard(copy, entry, nowMs);
      // Redis may have heard it and let it in all the same.
      if (answer.kind === 'closed' || !answer.taken) copy.usedAlone.free(entry.lease);
      return answer;
    }
    const { answer, atMs } = found.value;
    if (answer.kind === 'entered' && answer.taken) copy.follow(entry, found.value.ahead, atMs);
    if (ahead > 0) this.#keeper.countedAhead(group, copy, entry, found.value);
    if (answer.kind === 'entered') return answer;
    this.#keeper.shut(group, copy, answer);
    return inOwnClock(answer, { state: copy.state, skewMs: this.#keeper.skewMs });
  }

  /** Redis was late, or is away. */
  #enterUnheard(copy: GroupCopy, entry: Entry, nowMs: number): EntryAnswer {
    if (!this.#groups.usable) this.#keeper.part();
    else if (copy.wouldProbe(entry, nowMs + this.#keeper.skewMs)) return lateProbe(nowMs);
    return this.#keeper.enterAlone(copy, entry, nowMs);
  }
}

/** One answer was late, and only one call of all replicas may go: somebody who knows lets it in, soon. */
const lateProbe = (nowMs: number): EntryAnswer => ({
  kind: 'closed',
  reason: 'recovering',
  untilMs: nowMs + RECHECK_MS,
  soft: false,
  provenance: 'heuristic',
});
