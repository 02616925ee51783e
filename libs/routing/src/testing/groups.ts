import { FRESH_GROUP, type Entry, type GroupState } from '../domain/group/group-state';
import { enterGroup } from '../domain/group/enter-group';
import type { FailureNote, GroupPlace, Place } from '../domain/group/place';
import { reportToGroup } from '../domain/group/report-to-group';

/** The start of time of group specs, in epoch milliseconds: a whole second. */
export const T0 = 1_750_000_000_000;

/** Where group specs play. */
export const HERE: Place = { credentialId: 'a/k1', quotaGroup: 'g', provider: 'a', model: 'm' };

/** A note as it is usually taken of a failure: readable, and without a stated wait. */
export const note = (failureClass: FailureNote['class'], more: Partial<FailureNote> = {}): FailureNote => ({
  class: failureClass,
  scope: failureClass.startsWith('rate_') ? 'group' : 'credential',
  provenance: more.waitMs === undefined ? 'heuristic' : 'authoritative',
  readable: true,
  ...more,
});

/** A call of 100 + 50 tokens without limits. */
export const entry = (lease: string, more: Partial<Entry> = {}): Entry => ({
  place: HERE,
  lease,
  demand: { inputTokens: 100, outputTokens: 50 },
  force: false,
  ...more,
});

/** A group that is told of one thing after the other, at times of its own. */
export class PlayedGroup {
  nowMs = T0;

  constructor(public state: GroupState = FRESH_GROUP) {}

  wait(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  /** `in`, or the reason of the refusal. */
  enter(lease: string, more: Partial<Entry> = {}): string {
    const answer = enterGroup(this.state, entry(lease, more), this.nowMs);
    if (answer.kind === 'closed') return answer.reason;
    this.state = answer.state;
    return 'in';
  }

  /** Seconds until it makes sense to ask again; 0: it is open. */
  waitOf(more: Partial<Entry> = {}): number {
    const answer = enterGroup(this.state, entry('trial', more), this.nowMs);
    return answer.kind === 'closed' ? (answer.untilMs - this.nowMs) / 1_000 : 0;
  }

  fail(what: FailureNote, lease?: string, place: GroupPlace = HERE): this {
    const event = { kind: 'failed', place, note: what, draw: 0.5, ...(lease ? { lease } : {}) } as const;
    this.state = reportToGroup(this.state, event, this.nowMs);
    return this;
  }

  prove(ageMs: number, lease?: string, place: GroupPlace = HERE): this {
    const event = { kind: 'proved', place, ageMs, ...(lease ? { lease } : {}) } as const;
    this.state = reportToGroup(this.state, event, this.nowMs);
    return this;
  }

  succeed(calls = 1, place: GroupPlace = HERE): this {
    this.state = reportToGroup(this.state, { kind: 'succeeded', place, calls }, this.nowMs);
    return this;
  }

  settle(
    lease: string,
    more: { ageMs?: number; tokens?: number; requests?: number; day?: string } = {},
  ): this {
    const event = { kind: 'settled', lease, ageMs: 0, tokens: 0, requests: 0, ...more } as const;
    this.state = reportToGroup(this.state, event, this.nowMs);
    return this;
  }

  hold(...leases: string[]): this {
    this.state = reportToGroup(this.state, { kind: 'held', leases }, this.nowMs);
    return this;
  }
}
