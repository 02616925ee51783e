import { inOwnClock } from '../../domain/group/group-facts';
import { enterGroup } from '../../domain/group/enter-group';
import type { GroupEvent } from '../../domain/group/group-event';
import { FRESH_GROUP, type Entry, type GroupState } from '../../domain/group/group-state';
import { reportToGroup } from '../../domain/group/report-to-group';
import { boundGroup } from '../../domain/group/tidy-group';
import type { EntryAnswer } from '../../domain/group-store';
import { divideLimits, shareOf } from './share-of-fleet';
import type { Haste } from './report-sender';
import { UsedAlone } from './used-alone';

/** What one replica knows of a group; times are of Redis's clock. */
export class GroupCopy {
  state: GroupState = FRESH_GROUP;
  /** As Redis had it last. */
  shared: GroupState = FRESH_GROUP;
  /** Of `shared`; '': Redis knew nothing of the group. */
  version = '';
  /** When the last reading was asked for, by this process's clock. */
  readAtMs = -Infinity;
  usedAtMs = 0;
  isApart = false;
  /** When others were told that there is such a group. */
  notedAtMs = -Infinity;
  tidiedAtMs = 0;
  /** Leases that this replica took. */
  readonly own = new Set<string>();
  usedAlone = new UsedAlone();

  /** What Redis had agreed to is done here too. */
  follow(entry: Entry, atMs: number): void {
    this.own.add(entry.lease);
    const found = enterGroup(this.state, entry, atMs);
    if (found.kind === 'entered') this.state = found.state;
  }

  /** Lets a call in by what this replica knows, within its share of the limits. */
  enterAlone(entry: Entry, replicas: number, atMs: number, skewMs: number): EntryAnswer {
    const { limits } = entry;
    const own = limits ? { ...entry, limits: divideLimits(limits, replicas) } : entry;
    const found = enterGroup(this.state, own, atMs);
    if (found.kind === 'closed') return inOwnClock(found, { state: this.state, skewMs });
    if (found.state === this.state) return { kind: 'entered', taken: false };
    this.state = found.state;
    this.own.add(entry.lease);
    this.usedAlone.entered(entry, atMs);
    return { kind: 'entered', taken: true };
  }

  /** The end of a call that holds neither a slot nor a probe only corrects what was counted. */
  hasteOf(event: GroupEvent): Haste {
    if (event.kind !== 'settled' || Object.hasOwn(this.state.calls, event.lease)) return 'urgent';
    const { benches, breakers } = this.state;
    const isProbing = [...Object.values(benches), ...Object.values(breakers)].some(
      (member) => 'probes' in member && Object.hasOwn(member.probes, event.lease),
    );
    return isProbing ? 'urgent' : 'soon';
  }

  /** True: this call would be one of the few that find out whether somebody is back. */
  wouldProbe(entry: Entry, atMs: number): boolean {
    const { state } = this;
    const answer = enterGroup(state, entry, atMs);
    if (answer.kind === 'closed') return false;
    return answer.state.benches !== state.benches || answer.state.breakers !== state.breakers;
  }

  hear(event: GroupEvent, atMs: number): void {
    if (event.kind === 'settled') this.own.delete(event.lease);
    this.state = boundGroup(this.state, reportToGroup(this.state, event, atMs));
  }

  /** From now on alone: of what all replicas use together this one goes on with its share. */
  part(replicas: number): void {
    this.state = shareOf(this.state, replicas, this.own);
    this.isApart = true;
  }

  /** Goes by what Redis says; while it is still apart it goes on with its share. */
  replace(state: GroupState, version: string, readAtMs: number): void {
    const { minute, day, calls } = this.state;
    this.state = this.isApart ? { ...state, minute, day, calls } : state;
    this.shared = state;
    this.version = version;
    this.readAtMs = readAtMs;
  }
}
