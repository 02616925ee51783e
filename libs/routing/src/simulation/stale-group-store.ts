import type { MemoryGroupStore } from '../adapters/memory-group-store';
import type { GroupEvent } from '../domain/group/group-event';
import type { Entry } from '../domain/group/group-state';
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

  enter(group: string, entry: Entry, nowMs: number): EntryAnswer {
    const answer = this.shared.enter(group, entry, nowMs);
    this.refresh(group, nowMs);
    return answer;
  }

  report(group: string, event: GroupEvent, urgent: boolean, nowMs: number): void {
    this.shared.report(group, event, urgent, nowMs);
    this.refresh(group, nowMs);
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
