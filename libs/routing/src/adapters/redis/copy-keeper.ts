import type { Closed } from '../../domain/group/bench';
import type { GroupEvent } from '../../domain/group/group-event';
import { FRESH_GROUP, type Entry } from '../../domain/group/group-state';
import { isGroupEmpty } from '../../domain/group/tidy-group';
import type { EntryAnswer, GroupView } from '../../domain/group-store';
import { AHEAD } from './counted-ahead';
import { FleetLink } from './fleet-link';
import { GroupCopies, type NamedCopy } from './group-copies';
import { GroupCopy } from './group-copy';
import { isForgottenIn, memoriesOf, usesOf } from './group-memory';
import { GroupNews } from './group-news';
import type { EntryReply, GroupReading } from './group-wire';
import { OnceAtATime } from './once-at-a-time';
import type { RedisGroups } from './redis-groups';
import { ReportSender } from './report-sender';

/** Copies that calls look at are never older. */
const STALE_MS = 1_000;
/** Nobody waits for these. */
const UNAWAITED_LIMIT_MS = 500;
/** All replicas are back by then: connections are tried anew every two seconds. */
const RETURN_MS = 2_500;

/**
 * `returning`: Redis is told and asked again, but others may not have told it yet what they used. Until they have, each
 * goes on with its share.
 */
type Mode = 'alone' | 'returning' | 'shared';

export interface CopyKeeperOptions {
  readonly nowMs: () => number;
  /** Redis goes by the same clock. */
  readonly isSameClock: boolean;
}

/** What was counted beforehand is within them. */
const LIMITS: ReadonlySet<string> = new Set(['provider_minute', 'provider_day']);

const isOfACall = ({ event }: { readonly event: GroupEvent }): boolean =>
  event.kind !== 'settled' || event.lease !== AHEAD;

/** Keeps this replica's copies of groups and Redis in step, and knows whether they are. */
export class CopyKeeper {
  readonly #copies = new GroupCopies();
  readonly #once = new OnceAtATime();
  readonly #fleet: FleetLink;
  readonly #news: GroupNews;
  readonly #sender: ReportSender;
  #mode: Mode = 'alone';
  #rejoining: Promise<void> | undefined;
  /** Of a clock that nobody sets. */
  #returnsAtMs = 0;

  constructor(
    private readonly groups: RedisGroups,
    private readonly options: CopyKeeperOptions,
  ) {
    this.#fleet = new FleetLink(groups, options);
    this.#news = new GroupNews(groups);
    this.#sender = new ReportSender({
      nowMs: options.nowMs,
      tell: (batches) => groups.report(batches, options.nowMs() + this.skewMs),
      tidies: (group) => this.#copies.tidies(group, options.nowMs()),
      onLost: (told) => {
        this.part();
        // Nobody knows whether it was heard: what was counted beforehand stays counted.
        this.#remember(told.map(([group, heard]) => [group, heard.filter(isOfACall)]));
      },
    });
  }

  get isShared(): boolean {
    return this.#mode === 'shared';
  }

  /** Redis is asked and told, if not for every decision. */
  get isConnected(): boolean {
    if (this.#mode !== 'alone' && !this.groups.usable) this.part();
    return this.#mode !== 'alone';
  }

  get skewMs(): number {
    return this.#fleet.skewMs;
  }

  /** The very first meeting with Redis, while it is under way. */
  get joining(): Promise<void> | undefined {
    return this.#fleet.isNew ? this.#rejoining : undefined;
  }

  copy(group: string, nowMs: number): GroupCopy {
    return this.#copies.use(group, !this.isShared, nowMs);
  }

  views(nowMs: number): ReadonlyMap<string, GroupView> {
    return this.#copies.views(this.skewMs, nowMs);
  }

  /** By what this replica knows, with its share of the limits. */
  enterAlone(copy: GroupCopy, entry: Entry, nowMs: number): EntryAnswer {
    return copy.enterAlone(entry, this.#fleet.replicas, nowMs + this.skewMs, this.skewMs);
  }

  /** What Redis said of calls that are to come. While this replica is not one of many, nobody uses it. */
  countedAhead(group: string, { ahead }: GroupCopy, entry: Entry, said: EntryReply): void {
    const nowMs = this.options.nowMs();
    const before = ahead.answered(entry, said.ahead, said.atMs);
    if (before) this.hear(group, before, false, nowMs);
    const all = this.isShared ? undefined : ahead.giveBack();
    if (all) this.hear(group, all, false, nowMs);
  }

  /** Redis knows of something that keeps calls out and this replica's copy does not: nobody goes past it. */
  shut(group: string, { ahead }: GroupCopy, { reason }: Closed): void {
    const rest = LIMITS.has(reason) ? undefined : ahead.giveBack();
    if (rest) this.hear(group, rest, false, this.options.nowMs());
  }

  /** What was counted beforehand and not used is free for others; `isLast`: all of it. */
  #giveBack(isLast = false): void {
    const nowMs = this.options.nowMs();
    for (const [group, event] of this.#copies.leftovers(isLast ? Infinity : nowMs + this.skewMs))
      this.hear(group, event, false, nowMs);
  }

  hear(group: string, event: GroupEvent, urgent: boolean, nowMs: number): void {
    const copy = this.copy(group, nowMs);
    const haste = urgent ? copy.hasteOf(event) : 'calm';
    copy.hear(event, nowMs + this.skewMs);
    if (this.#mode === 'alone') copy.usedAlone.heard(event, nowMs + this.skewMs);
    else this.#sender.push(group, event, haste);
  }

  async flush(): Promise<void> {
    await this.#sender.flush();
    if (this.isConnected) await this.#copies.note(this.groups, this.skewMs, this.options.nowMs());
  }

  /** From now on this replica goes on by itself. */
  part(): void {
    if (this.#mode === 'alone') return;
    const atMs = this.options.nowMs() + this.skewMs;
    for (const [, copy] of this.#copies.all) if (!copy.isApart) copy.part(this.#fleet.replicas, atMs);
    this.#mode = 'alone';
    this.#remember(this.#sender.takeBack());
  }

  #remember(told: ReturnType<ReportSender['takeBack']>): void {
    for (const [group, heard] of told)
      for (const { event, atMs } of heard)
        this.#copies.find(group)?.usedAlone.heard(event, atMs + this.skewMs);
  }

  /** Resolves once these copies are as of the last second; undefined: they are. */
  refreshStale(groups: readonly string[], nowMs: number): Promise<void> | undefined {
    const isStale = (group: string): boolean => nowMs - this.copy(group, nowMs).readAtMs > STALE_MS;
    if (!groups.some(isStale)) return undefined;
    const stale = [...new Set(groups)].filter(isStale);
    return this.#once.run(stale, (missing) => this.#read(missing.map((group) => this.#named(group))));
  }

  #named(group: string): NamedCopy {
    return [group, this.#copies.find(group) ?? new GroupCopy()];
  }

  async refreshAll(): Promise<void> {
    if (this.isConnected) await this.#read(this.#copies.all, UNAWAITED_LIMIT_MS);
  }

  async #read(named: readonly NamedCopy[], limitMs?: number): Promise<void> {
    const [order, askedMs] = [this.#sender.order, this.options.nowMs()];
    const readings = await this.groups.read(versionsOf(named), limitMs);
    if (!readings.ok || !this.isConnected) return;
    const isForgotten = named.some(([, copy], i) => isForgottenIn(copy, readings.value[i]));
    // What Redis has forgotten it is told again, before anybody goes by it.
    if (isForgotten) return this.part();
    named.forEach((one, i) => this.#replace(one, readings.value[i], order, askedMs));
  }

  #replace(
    [group, copy]: NamedCopy,
    reading: GroupReading | undefined,
    order: number,
    askedMs: number,
  ): void {
    if (!reading) return;
    copy.readAtMs = askedMs;
    const isWhole = this.isShared && copy.isApart;
    if (isWhole) copy.isApart = false;
    if (!reading.state && !isWhole) return;
    const state = reading.state ?? copy.shared;
    copy.replace(isGroupEmpty(state) ? FRESH_GROUP : state, reading.version, askedMs);
    for (const { event, atMs } of this.#sender.unheard(group, order)) copy.hear(event, atMs + this.skewMs);
  }

  /** What is due now: every few hundred milliseconds. */
  async turn(): Promise<void> {
    if (!this.isConnected) return this.rejoin();
    const nowMs = this.options.nowMs();
    this.#giveBack();
    await this.#tellUse(nowMs);
    if (this.#fleet.isDue(nowMs)) await this.announce();
    if (!this.isConnected) return this.rejoin();
    await this.#copies.note(this.groups, this.skewMs, nowMs);
    this.#copies.drop(this.skewMs, nowMs);
    await this.#adoptNews();
    await this.#read(this.#copies.due(nowMs), UNAWAITED_LIMIT_MS);
    if (!this.isConnected) await this.rejoin();
  }

  /** A call to a group that nobody called from here must not be the first to ask what others know of it. */
  async #adoptNews(): Promise<void> {
    const nowMs = this.options.nowMs();
    for (const group of await this.#news.names(nowMs + this.skewMs))
      this.#copies.adopt(group, !this.isShared, nowMs);
  }

  /** Where Redis has another memory than before, this replica is alone with what it knows. */
  async announce(): Promise<void> {
    const memory = await this.#fleet.announce(!this.isShared);
    if (memory !== undefined && this.#fleet.isStrange(memory)) this.part();
  }

  /** Tells Redis what this replica knows and Redis may not, then goes by what Redis says. */
  rejoin(): Promise<void> {
    this.#rejoining ??= this.#rejoin().finally(() => (this.#rejoining = undefined));
    return this.#rejoining;
  }

  async #rejoin(): Promise<void> {
    const { isNew } = this.#fleet;
    const memory = await this.#fleet.announce(true);
    if (memory === undefined) return;
    await this.#adoptNews();
    const named = this.#copies.all;
    const askedMs = this.options.nowMs();
    const readings = await this.groups.read(versionsOf(named), UNAWAITED_LIMIT_MS);
    if (!readings.ok) return;
    const telling = memoriesOf(named, readings.value, {
      isLost: this.#fleet.isStrange(memory),
      atMs: this.options.nowMs() + this.skewMs,
    });
    this.#mode = 'returning';
    this.#returnsAtMs = performance.now() + (isNew || this.#fleet.replicas === 1 ? 0 : RETURN_MS);
    const { order } = this.#sender;
    const restored = await this.groups.restore(telling);
    if (!restored.ok || !this.isConnected) {
      for (const { copy, used } of telling) copy.usedAlone.add(used);
      return this.part();
    }
    named.forEach((one, i) => this.#replace(one, readings.value[i], order, askedMs));
    telling.forEach(({ group, copy }, i) => this.#replace([group, copy], restored.value[i], order, askedMs));
    if (this.#fleet.isStrange(memory)) this.#copies.forgetNotes();
    this.#fleet.trust(memory);
    await this.#tellUse(askedMs);
  }

  /**
   * Tells what this replica used without Redis's knowledge, be it on its return or when Redis was late once. As soon as
   * all others had the time to do so too it is one of many again.
   */
  async #tellUse(nowMs: number): Promise<void> {
    const isOver = performance.now() >= this.#returnsAtMs;
    if (isOver) this.#mode = 'shared';
    const rest = usesOf(this.#copies.all, nowMs + this.skewMs);
    const told = await this.groups.restore(rest);
    if (!told.ok) {
      for (const { copy, used } of rest) copy.usedAlone.add(used);
      return this.part();
    }
    const apart = isOver ? this.#copies.all.filter(([, { isApart }]) => isApart) : [];
    await this.#read(apart, UNAWAITED_LIMIT_MS);
  }

  async close(): Promise<void> {
    this.#sender.stop();
    if (this.isConnected) this.#giveBack(true);
    await this.#sender.flush();
    if (this.isConnected) await this.groups.leave();
  }
}

const versionsOf = (named: readonly NamedCopy[]) => named.map(([group, { version }]) => ({ group, version }));
