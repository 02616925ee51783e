import type { GroupEvent } from '../../domain/group/group-event';
import { FRESH_GROUP, type Entry } from '../../domain/group/group-state';
import { isGroupEmpty, tidyGroup } from '../../domain/group/tidy-group';
import type { EntryAnswer, GroupView } from '../../domain/group-store';
import { GroupCopy } from './group-copy';
import { memoryOf, memoryOfUse } from './group-memory';
import type { GroupReading } from './group-wire';
import type { Announcement, RedisGroups } from './redis-groups';
import { ReportSender } from './report-sender';
import { ServerClock } from './server-clock';
import { UsedAlone } from './used-alone';

/** Copies that calls look at are never older. */
const STALE_MS = 1_000;
/** Groups in use are read anew with each turn, others so often. */
const IN_USE_MS = 60_000;
const IDLE_REFRESH_MS = 10_000;
const ANNOUNCE_MS = 5_000;
const NOTE_MS = 600_000;
const TIDY_MS = 60_000;
const DROP_MS = 3_600_000;
/** Nobody waits for these. */
const UNAWAITED_LIMIT_MS = 500;

type Mode = 'alone' | 'telling' | 'shared';
type Named = readonly [string, GroupCopy];

export interface CopyKeeperOptions {
  readonly nowMs: () => number;
  /** Redis goes by the same clock. */
  readonly isSameClock: boolean;
}

const isOlder = (version: string, known: string): boolean =>
  known !== '' && (version === '' || Number(version) < Number(known));

/** This replica's copies of the groups it uses, and how far they can be trusted. */
export class CopyKeeper {
  readonly #copies = new Map<string, GroupCopy>();
  readonly #reading = new Map<string, Promise<void>>();
  readonly #clock = new ServerClock();
  readonly #sender: ReportSender;
  #mode: Mode = 'alone';
  #rejoining: Promise<void> | undefined;
  /** Which memory of Redis this replica knows; undefined: none yet. */
  #memory: string | undefined;
  #replicas = 1;
  #announcedAtMs = -Infinity;

  constructor(
    private readonly groups: RedisGroups,
    private readonly options: CopyKeeperOptions,
  ) {
    this.#sender = new ReportSender({
      nowMs: options.nowMs,
      tell: (batches) => groups.report(batches),
      tidies: (group) => this.#tidies(group),
      onLost: (told) => {
        this.part();
        this.#remember(told);
      },
    });
  }

  get isShared(): boolean {
    return this.#mode === 'shared';
  }

  get skewMs(): number {
    return this.#clock.skewMs;
  }

  /** The very first meeting with Redis, while it is under way. */
  get joining(): Promise<void> | undefined {
    return this.#memory === undefined ? this.#rejoining : undefined;
  }

  copy(group: string, nowMs: number): GroupCopy {
    let copy = this.#copies.get(group);
    if (!copy) {
      copy = new GroupCopy();
      this.#copies.set(group, copy);
    }
    copy.usedAtMs = nowMs;
    return copy;
  }

  views(nowMs: number): ReadonlyMap<string, GroupView> {
    const { skewMs } = this;
    const views = [...this.#copies]
      .map(([group, { state }]) => [group, { state: tidyGroup(state, nowMs + skewMs), skewMs }] as const)
      .filter(([, { state }]) => !isGroupEmpty(state));
    return new Map(views);
  }

  enterAlone(copy: GroupCopy, entry: Entry, nowMs: number): EntryAnswer {
    return copy.enterAlone(entry, this.#replicas, nowMs + this.skewMs, this.skewMs);
  }

  hear(group: string, event: GroupEvent, urgent: boolean, nowMs: number): void {
    const copy = this.copy(group, nowMs);
    copy.hear(event, nowMs + this.skewMs);
    if (this.#mode === 'alone') copy.usedAlone.heard(event, nowMs + this.skewMs);
    else this.#sender.push(group, event, urgent);
  }

  async flush(): Promise<void> {
    await this.#sender.flush();
    if (this.isShared) await this.#note(this.options.nowMs());
  }

  /** From now on this replica goes on by itself. */
  part(): void {
    if (this.#mode === 'alone') return;
    if (this.#mode === 'shared') for (const copy of this.#copies.values()) copy.part(this.#replicas);
    this.#mode = 'alone';
    this.#remember(this.#sender.takeBack());
  }

  #remember(told: ReturnType<ReportSender['takeBack']>): void {
    for (const [group, heard] of told)
      for (const { event, atMs } of heard)
        this.#copies.get(group)?.usedAlone.heard(event, atMs + this.skewMs);
  }

  /** Resolves once these copies are as of the last second; undefined: they are. */
  refreshStale(groups: readonly string[], nowMs: number): Promise<void> | undefined {
    const stale = [...new Set(groups)].filter((group) => nowMs - this.copy(group, nowMs).readAtMs > STALE_MS);
    if (stale.length === 0) return undefined;
    const missing = stale.filter((group) => !this.#reading.has(group));
    if (missing.length > 0) void this.#read(missing);
    return Promise.all(stale.flatMap((group) => this.#reading.get(group) ?? [])).then(() => undefined);
  }

  async refreshAll(): Promise<void> {
    if (this.isShared) await this.#readNow([...this.#copies.keys()], UNAWAITED_LIMIT_MS);
  }

  #read(groups: readonly string[]): Promise<void> {
    const done = this.#readNow(groups).finally(() => {
      for (const group of groups) if (this.#reading.get(group) === done) this.#reading.delete(group);
    });
    for (const group of groups) this.#reading.set(group, done);
    return done;
  }

  async #readNow(groups: readonly string[], limitMs?: number): Promise<void> {
    const named = groups.map((group): Named => [group, this.#copies.get(group) ?? new GroupCopy()]);
    const [order, askedMs] = [this.#sender.order, this.options.nowMs()];
    const readings = await this.groups.read(
      named.map(([group, { version }]) => ({ group, version })),
      limitMs,
    );
    if (!readings.ok) return this.part();
    if (!this.isShared) return;
    const isForgotten = named.some(([, copy], i) => isOlder(readings.value[i]?.version ?? '', copy.version));
    // What Redis has forgotten it is told again, before anybody goes by it.
    if (isForgotten) return this.part();
    named.forEach((one, i) => this.#replace(one, readings.value[i], order, askedMs));
  }

  #replace([group, copy]: Named, reading: GroupReading | undefined, order: number, askedMs: number): void {
    if (!reading) return;
    copy.readAtMs = askedMs;
    if (!reading.state && this.isShared) return;
    const state = reading.state ?? copy.shared;
    copy.replace(isGroupEmpty(state) ? FRESH_GROUP : state, reading.version, askedMs);
    for (const { event, atMs } of this.#sender.unheard(group, order)) copy.hear(event, atMs + this.skewMs);
  }

  /** What is due now: every few hundred milliseconds. */
  async turn(): Promise<void> {
    if (!this.isShared) return this.rejoin();
    const nowMs = this.options.nowMs();
    if (nowMs - this.#announcedAtMs >= ANNOUNCE_MS) {
      const hello = await this.#announce();
      if (!hello) return this.part();
      if (hello.memory !== this.#memory) {
        this.part();
        return this.rejoin();
      }
    }
    await this.#note(nowMs);
    this.#drop(nowMs);
    const due = [...this.#copies].filter(
      ([, { usedAtMs, readAtMs }]) => nowMs - usedAtMs < IN_USE_MS || nowMs - readAtMs > IDLE_REFRESH_MS,
    );
    if (due.length > 0)
      await this.#readNow(
        due.map(([group]) => group),
        UNAWAITED_LIMIT_MS,
      );
    if (!this.isShared) await this.rejoin();
  }

  async #announce(): Promise<Announcement | undefined> {
    const askedMs = this.options.nowMs();
    const hello = await this.groups.announce();
    if (!hello.ok) return undefined;
    const answeredMs = this.options.nowMs();
    if (!this.options.isSameClock) this.#clock.heard(hello.value.atMs, askedMs, answeredMs);
    this.#replicas = Math.max(1, hello.value.replicas);
    this.#announcedAtMs = askedMs;
    return hello.value;
  }

  async #note(nowMs: number): Promise<void> {
    const fresh = [...this.#copies].filter(
      ([, { usedAtMs, notedAtMs }]) => usedAtMs > notedAtMs && nowMs - notedAtMs > NOTE_MS,
    );
    const names = fresh.map(([group]) => group);
    if (await this.groups.note(names, nowMs + this.skewMs))
      for (const [, copy] of fresh) copy.notedAtMs = nowMs;
  }

  #drop(nowMs: number): void {
    for (const [group, { usedAtMs, state }] of this.#copies)
      if (nowMs - usedAtMs > DROP_MS && isGroupEmpty(tidyGroup(state, nowMs + this.skewMs)))
        this.#copies.delete(group);
  }

  #tidies(group: string): boolean {
    const nowMs = this.options.nowMs();
    const copy = this.copy(group, nowMs);
    if (nowMs - copy.tidiedAtMs < TIDY_MS) return false;
    copy.tidiedAtMs = nowMs;
    return true;
  }

  /** Tells Redis what this replica knows and Redis may not, then goes by what Redis says. */
  rejoin(): Promise<void> {
    this.#rejoining ??= this.#rejoin().finally(() => (this.#rejoining = undefined));
    return this.#rejoining;
  }

  async #rejoin(): Promise<void> {
    const hello = await this.#announce();
    if (!hello) return;
    const isLost = this.#memory !== undefined && hello.memory !== this.#memory;
    const named: Named[] = [...this.#copies];
    const askedMs = this.options.nowMs();
    const readings = await this.groups.read(
      named.map(([group, { version }]) => ({ group, version })),
      UNAWAITED_LIMIT_MS,
    );
    if (!readings.ok) return;
    const found = named.map((one, i) => ({ one, reading: readings.value[i] }));
    const telling = found.flatMap(({ one: [group, copy], reading }) => {
      const used = copy.usedAlone;
      const isForgotten = isLost || isOlder(reading?.version ?? '', copy.version);
      const memory = memoryOf(copy, used, isForgotten, this.options.nowMs() + this.skewMs);
      copy.usedAlone = new UsedAlone();
      return memory ? [{ group, copy, used, memory }] : [];
    });
    this.#mode = 'telling';
    const { order } = this.#sender;
    const restored = await this.groups.restore(telling);
    // What came while they were told was told too, or is kept for the next time.
    if (!restored.ok || this.#isParted()) {
      for (const { copy, used } of telling) copy.usedAlone.add(used);
      return this.part();
    }
    for (const { one, reading } of found) this.#replace(one, reading, order, askedMs);
    telling.forEach(({ group, copy }, i) => this.#replace([group, copy], restored.value[i], order, askedMs));
    this.#memory = hello.memory;
    this.#mode = 'shared';
    await this.#tellRest(telling);
  }

  #isParted(): boolean {
    return this.#mode === 'alone';
  }

  /** Calls that were let in while the others were told. */
  async #tellRest(told: readonly { readonly group: string; readonly copy: GroupCopy }[]): Promise<void> {
    const rest = told.flatMap(({ group, copy }) => {
      const used = copy.usedAlone;
      copy.usedAlone = new UsedAlone();
      return used.isEmpty ? [] : [{ group, memory: memoryOfUse(used, this.options.nowMs() + this.skewMs) }];
    });
    if (rest.length > 0) await this.groups.restore(rest);
  }

  async close(): Promise<void> {
    this.#sender.stop();
    await this.#sender.flush();
    if (this.isShared) await this.groups.leave();
  }
}
