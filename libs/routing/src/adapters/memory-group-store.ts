import { enterGroup, isOnlyCounted } from '../domain/group/enter-group';
import { forgetInGroup } from '../domain/group/forget-in-group';
import type { GroupEvent } from '../domain/group/group-event';
import { FRESH_GROUP, type Entry, type GroupState } from '../domain/group/group-state';
import { reportToGroup } from '../domain/group/report-to-group';
import { boundGroup, isGroupEmpty, tidyGroup } from '../domain/group/tidy-group';
import { GroupStore, type EntryAnswer, type Forgetting, type GroupView } from '../domain/group-store';

const TIDY_MS = 60_000;
const ENTERED_FREELY: EntryAnswer = { kind: 'entered', taken: false };
const ENTERED: EntryAnswer = { kind: 'entered', taken: true };
const COUNTED: EntryAnswer = { kind: 'entered', taken: true, onlyCounted: true };

/** Quota groups of this process alone. */
export class MemoryGroupStore extends GroupStore {
  readonly #groups = new Map<string, GroupView>();
  #tidyAtMs = 0;

  ready(): undefined {
    return undefined;
  }

  look(group: string): GroupView | undefined {
    return this.#groups.get(group);
  }

  enter(group: string, entry: Entry, nowMs: number): EntryAnswer {
    const before = this.#groups.get(group)?.state ?? FRESH_GROUP;
    const answer = enterGroup(before, entry, nowMs);
    if (answer.kind === 'closed') return answer;
    if (answer.state === before) return ENTERED_FREELY;
    this.#groups.set(group, { state: answer.state, skewMs: 0 });
    return isOnlyCounted(before, answer.state) ? COUNTED : ENTERED;
  }

  report(group: string, event: GroupEvent, _urgent: boolean, nowMs: number): void {
    this.#tidy(nowMs);
    const before = this.#groups.get(group)?.state ?? FRESH_GROUP;
    const state = reportToGroup(before, event, nowMs);
    if (state === before) return;
    this.#groups.set(group, { state: boundGroup(before, state), skewMs: 0 });
  }

  /** What another place knows of the group takes the place of what was known here. */
  replace(group: string, state: GroupState, skewMs: number): void {
    this.#groups.set(group, { state, skewMs });
  }

  list(): Promise<ReadonlyMap<string, GroupView>> {
    return Promise.resolve(new Map(this.#groups));
  }

  forget(group: string, what: Forgetting): Promise<boolean> {
    const before = this.#groups.get(group)?.state ?? FRESH_GROUP;
    const state = forgetInGroup(before, what);
    if (state !== before) this.#groups.set(group, { state, skewMs: 0 });
    return Promise.resolve(state !== before);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #tidy(nowMs: number): void {
    if (nowMs < this.#tidyAtMs) return;
    this.#tidyAtMs = nowMs + TIDY_MS;
    for (const [group, { state, skewMs }] of this.#groups) {
      const tidied = tidyGroup(state, nowMs);
      if (isGroupEmpty(tidied)) this.#groups.delete(group);
      else this.#groups.set(group, { state: tidied, skewMs });
    }
  }
}
