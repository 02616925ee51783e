import type { Closed } from './group/bench';
import type { GroupEvent } from './group/group-event';
import type { Entry, GroupState } from './group/group-state';

/** A quota group as this replica knows it. */
export interface GroupView {
  readonly state: GroupState;
  /** What the clock of its times is ahead of this process's, in milliseconds. */
  readonly skewMs: number;
}

/** Whether a call is let in; times of the caller's clock. */
export type EntryAnswer =
  | {
      readonly kind: 'entered';
      /** Something was taken under the lease: it has to be settled. */
      readonly taken: boolean;
      /** Nothing but requests and tokens of the configured limits was counted. */
      readonly onlyCounted?: boolean;
      /** When it was counted, by the store's clock, where that is not now. */
      readonly countedAtMs?: number;
    }
  | Closed;

/** What an operator may undo. */
export type Forgetting =
  /** One class of one subject. */
  | { readonly kind: 'cooldown'; readonly subject: string; readonly class: string }
  | { readonly kind: 'breaker'; readonly place: string };

/**
 * Where the state of quota groups is kept. Decisions are `enterGroup` and `reportToGroup`, whoever runs them. Never
 * throws and never waits for long: a store that is away lets this replica go on by itself.
 */
export abstract class GroupStore {
  /** Resolves once all of these are known as of the last second; undefined: they are. */
  abstract ready(groups: readonly string[], nowMs: number): Promise<void> | undefined;
  /** The group from this replica's copy; undefined: nothing is known of it, which is to say nothing is wrong. */
  abstract look(group: string, nowMs: number): GroupView | undefined;
  abstract enter(group: string, entry: Entry, nowMs: number): EntryAnswer | Promise<EntryAnswer>;
  /** Nobody waits for it. `urgent`: other replicas should know at once. */
  abstract report(group: string, event: GroupEvent, urgent: boolean, nowMs: number): void;
  /** Everything that is known of every group, of all replicas. */
  abstract list(nowMs: number): Promise<ReadonlyMap<string, GroupView>>;
  /** Resolves with whether there was something to forget. */
  abstract forget(group: string, what: Forgetting, nowMs: number): Promise<boolean>;
  /** Reports under way are still sent. */
  abstract close(): Promise<void>;
}
