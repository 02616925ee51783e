import { randomUUID } from 'node:crypto';
import type { GroupEvent } from '../../domain/group/group-event';
import type { Entry } from '../../domain/group/group-state';
import type { FailureNote, GroupPlace } from '../../domain/group/place';
import type { BucketNote } from '../../domain/group/quota-bucket';
import type { EntryAnswer, GroupStore, GroupView } from '../../domain/group-store';

/** Two replicas that share what one store keeps; time stands still unless it is let pass. */
export interface StoreStage {
  readonly one: GroupStore;
  readonly other: GroupStore;
  readonly nowMs: () => number;
  readonly pass: (ms: number) => void;
  /** Resolves once both know what either has heard. */
  readonly sync: () => Promise<void>;
}

/** Where calls go unless something else is said. */
export const PLACE: GroupPlace = { credentialId: 'key', model: 'model' };
const NO_DEMAND = { inputTokens: 0, outputTokens: 0 };

const entryOf = (more: Partial<Entry> = {}): Entry => ({
  place: PLACE,
  lease: randomUUID(),
  demand: NO_DEMAND,
  force: false,
  ...more,
});

/** A refusal of the whole group; with the wait that the provider stated. */
export const rateLimited = (waitMs?: number): FailureNote => ({
  class: 'rate_minute',
  scope: 'group',
  provenance: waitMs === undefined ? 'heuristic' : 'authoritative',
  readable: true,
  ...(waitMs === undefined ? {} : { waitMs }),
});
/** A failure that only breakers count. */
export const broken: FailureNote = {
  class: 'server',
  scope: 'none',
  provenance: 'heuristic',
  readable: true,
};

/** One group of a stage, with short words for what happens to it. */
export class Group {
  readonly name = `group {${randomUUID()}} of ü`;

  constructor(private readonly stage: StoreStage) {}

  enter(more: Partial<Entry> = {}, by: GroupStore = this.stage.one): Promise<EntryAnswer> {
    return Promise.resolve(by.enter(this.name, entryOf(more), this.stage.nowMs()));
  }

  /** Enters under a lease of its own, which is returned; throws when it is refused. */
  async take(more: Partial<Entry> = {}, by?: GroupStore): Promise<string> {
    const lease = randomUUID();
    const answer = await this.enter({ ...more, lease }, by);
    if (answer.kind === 'closed') throw new Error(`refused: ${answer.reason}`);
    return lease;
  }

  async hear(event: GroupEvent, by: GroupStore = this.stage.one): Promise<void> {
    by.report(this.name, event, true, this.stage.nowMs());
    await this.stage.sync();
  }

  fail(note: FailureNote, more: { lease?: string; place?: GroupPlace } = {}, by?: GroupStore): Promise<void> {
    return this.hear({ kind: 'failed', place: PLACE, draw: 0.5, note, ...more }, by);
  }

  prove(lease?: string, ageMs = 0, by?: GroupStore): Promise<void> {
    return this.hear({ kind: 'proved', place: PLACE, ageMs, ...(lease ? { lease } : {}) }, by);
  }

  settle(lease: string, more: { tokens?: number; requests?: number; day?: string } = {}): Promise<void> {
    return this.hear({ kind: 'settled', lease, ageMs: 0, tokens: 0, requests: 0, ...more });
  }

  read(...buckets: BucketNote[]): Promise<void> {
    return this.hear({ kind: 'read', model: PLACE.model, buckets });
  }

  /** How many of so many calls are let in now. */
  async admitted(calls: number, more: Partial<Entry> = {}): Promise<number> {
    let admitted = 0;
    for (let i = 0; i < calls; i++) if ((await this.enter(more)).kind === 'entered') admitted++;
    return admitted;
  }

  /** Milliseconds until a call may come back; 0: it is let in. What it took is given back at once. */
  async waitMs(more: Partial<Entry> = {}, by?: GroupStore): Promise<number> {
    const lease = randomUUID();
    const answer = await this.enter({ ...more, lease }, by);
    if (answer.kind === 'closed') return answer.untilMs - this.stage.nowMs();
    await this.settle(lease);
    return 0;
  }

  async view(by: GroupStore = this.stage.one): Promise<GroupView | undefined> {
    await this.stage.sync();
    await by.ready([this.name], this.stage.nowMs());
    return by.look(this.name, this.stage.nowMs());
  }
}

/** Let in, with nothing to settle. */
export const FREELY: EntryAnswer = { kind: 'entered', taken: false };
/** Let in under a lease. */
export const TAKEN: EntryAnswer = { kind: 'entered', taken: true };

/** A fresh stage with one group that nobody has heard of. */
export type OpenStage = () => Promise<{ readonly stage: StoreStage; readonly group: Group }>;
