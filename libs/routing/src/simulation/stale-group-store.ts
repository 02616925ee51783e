import type { MemoryGroupStore } from '../adapters/memory-group-store';
import type { GroupEvent } from '../domain/group/group-event';
import type { Entry } from '../domain/group/group-state';
import type { VirtualTime } from './virtual-time';
import { GroupStore, type EntryAnswer, type Forgetting, type GroupView } from '../domain/group-store';

/**
 * What one replica knows of a store that all share: a copy that grows up to so old, and is new again whenever the
 * replica itself asks or tells.
 */
export class StaleGroupStore extends GroupStore {
  private readonly copies = new Map<
    string,
    { readonly view: GroupView | undefined; readonly atMs: number }
  >();

  constructor(
    private readonly shared: MemoryGroupStore,
    private readonly staleMs: number,
    /** How long a question and its answer are on their way; 0: answered at once. */
    private readonly tripMs: number,
    private readonly time: VirtualTime,
  ) {
    super();
  }

  ready(): undefined {
    return undefined;
  }

  look(group: string, nowMs: number): GroupView | undefined {
    const copy = this.copies.get(group);
    if (copy && nowMs - copy.atMs < this.staleMs) return copy.view;
    return this.refresh(group, nowMs);
  }

  private refresh(group: string, nowMs: number): GroupView | undefined {
    const view = this.shared.look(group);
    if (this.staleMs > 0) this.copies.set(group, { view, atMs: nowMs });
    return view;
  }

  enter(group: string, entry: Entry): EntryAnswer | Promise<EntryAnswer> {
    const { time, tripMs } = this;
    const decide = (): EntryAnswer => this.shared.enter(group, entry, time.nowMs);
    if (tripMs === 0) return this.thenRefresh(group, decide());
    return new Promise((resolve) => {
      time.after(tripMs / 2, () => {
        const answer = decide();
        time.after(tripMs / 2, () => {
          time.isUnsettled = true;
          resolve(this.thenRefresh(group, answer));
        });
      });
    });
  }

  report(group: string, event: GroupEvent, urgent: boolean): void {
    const { time, tripMs } = this;
    const tell = (): void => {
      this.shared.report(group, event, urgent, time.nowMs);
      this.refresh(group, time.nowMs);
    };
    if (tripMs === 0) tell();
    else time.after(tripMs / 2, tell);
  }

  private thenRefresh(group: string, answer: EntryAnswer): EntryAnswer {
    this.refresh(group, this.time.nowMs);
    return answer;
  }

  list(): Promise<ReadonlyMap<string, GroupView>> {
    return this.shared.list();
  }

  forget(group: string, what: Forgetting): Promise<boolean> {
    return this.shared.forget(group, what);
  }

  close(): Promise<void> {
    return this.shared.close();
  }
}
