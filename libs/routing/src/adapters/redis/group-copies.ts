import type { GroupEvent } from '../../domain/group/group-event';
import { isGroupEmpty, tidyGroup } from '../../domain/group/tidy-group';
import type { GroupView } from '../../domain/group-store';
import { GroupCopy } from './group-copy';
import type { RedisGroups } from './redis-groups';

/** Groups in use are read anew with each turn, others so often. */
const IN_USE_MS = 60_000;
const IDLE_REFRESH_MS = 10_000;
/** That there is such a group is said again so often. */
const NOTE_MS = 600_000;
const TIDY_MS = 60_000;
/** A group that nobody used for so long, and of which nothing is in force, is forgotten here. */
const DROP_MS = 3_600_000;

export type NamedCopy = readonly [group: string, copy: GroupCopy];

/** Copies of the groups that this replica uses; times of this process's clock. */
export class GroupCopies {
  readonly #copies = new Map<string, GroupCopy>();

  get all(): readonly NamedCopy[] {
    return [...this.#copies];
  }

  find(group: string): GroupCopy | undefined {
    return this.#copies.get(group);
  }

  /** The copy of a group in use; `isApart`: what a new one begins as. */
  use(group: string, isApart: boolean, nowMs: number): GroupCopy {
    let copy = this.#copies.get(group);
    if (!copy) {
      copy = new GroupCopy();
      copy.isApart = isApart;
      this.#copies.set(group, copy);
    }
    copy.usedAtMs = nowMs;
    return copy;
  }

  /** Others have heard something of it: known here too from now on. That there is such a group has been said. */
  adopt(group: string, isApart: boolean, nowMs: number): void {
    this.use(group, isApart, nowMs).notedAtMs = nowMs;
  }

  /** What was counted beforehand and not used by then. */
  leftovers(atMs: number): readonly (readonly [group: string, event: GroupEvent])[] {
    return this.all.flatMap(([group, { ahead }]) => {
      const rest = ahead.leftover(atMs);
      return rest ? [[group, rest] as const] : [];
    });
  }

  /** What has to be read anew. */
  due(nowMs: number): readonly NamedCopy[] {
    return this.all.filter(
      ([, { usedAtMs, readAtMs }]) => nowMs - usedAtMs < IN_USE_MS || nowMs - readAtMs > IDLE_REFRESH_MS,
    );
  }

  views(skewMs: number, nowMs: number): ReadonlyMap<string, GroupView> {
    const views = this.all
      .map(([group, { state }]) => [group, { state: tidyGroup(state, nowMs + skewMs), skewMs }] as const)
      .filter(([, { state }]) => !isGroupEmpty(state));
    return new Map(views);
  }

  /** Once a minute: what is no longer in force should be dropped now. */
  tidies(group: string, nowMs: number): boolean {
    const copy = this.find(group);
    if (!copy || nowMs - copy.tidiedAtMs < TIDY_MS) return false;
    copy.tidiedAtMs = nowMs;
    return true;
  }

  /** Says that there are such groups, where nobody has said so lately. */
  async note(groups: RedisGroups, skewMs: number, nowMs: number): Promise<void> {
    const fresh = this.all.filter(
      ([, { usedAtMs, notedAtMs }]) => usedAtMs > notedAtMs && nowMs - notedAtMs > NOTE_MS,
    );
    const names = fresh.map(([group]) => group);
    if (await groups.note(names, nowMs + skewMs)) for (const [, copy] of fresh) copy.notedAtMs = nowMs;
  }

  /** Redis does not know any more that there are such groups. */
  forgetNotes(): void {
    for (const copy of this.#copies.values()) copy.notedAtMs = -Infinity;
  }

  drop(skewMs: number, nowMs: number): void {
    for (const [group, { usedAtMs, state }] of this.#copies)
      if (nowMs - usedAtMs > DROP_MS && isGroupEmpty(tidyGroup(state, nowMs + skewMs)))
        this.#copies.delete(group);
  }
}
