import { ADVANCE_MS, countAhead } from '../../domain/group/advance';
import { inOwnClock, isCalm, isEmpty } from '../../domain/group/group-facts';
import { enterGroup, type Entered } from '../../domain/group/enter-group';
import type { Closed } from '../../domain/group/bench';
import type { GroupEvent } from '../../domain/group/group-event';
import { FRESH_GROUP, type Entry, type GroupState } from '../../domain/group/group-state';
import { placeKey } from '../../domain/group/place';
import { RECHECK_MS } from '../../domain/group/probes';
import { reportToGroup } from '../../domain/group/report-to-group';
import { boundGroup } from '../../domain/group/tidy-group';
import type { EntryAnswer } from '../../domain/group-store';
import { CountedAhead } from './counted-ahead';
import { divideLimits, shareOf } from './share-of-fleet';
import type { Haste } from './report-sender';
import { UsedAlone } from './used-alone';

const withShare = (entry: Entry, replicas: number): Entry =>
  entry.limits ? { ...entry, limits: divideLimits(entry.limits, replicas) } : entry;

const sameState = (found: Entered | Closed, state: GroupState): boolean =>
  found.kind === 'entered' && found.state === state;

/** Redis knows better, and will soon be asked again. */
const beyondShare = (nowMs: number): EntryAnswer => ({
  kind: 'closed',
  reason: 'provider_share',
  untilMs: nowMs + RECHECK_MS,
  soft: false,
  provenance: 'heuristic',
});

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
  /** Leases of calls that this replica sent, where their number is limited. */
  readonly own = new Set<string>();
  usedAlone = new UsedAlone();
  /** What Redis has agreed to since it was last read: it is lost with Redis's memory, and known here alone. */
  granted = new UsedAlone();
  readonly ahead = new CountedAhead();

  /** What Redis had agreed to is done here too; `ahead`: for so many more calls. */
  follow(entry: Entry, ahead: number, atMs: number): void {
    if (entry.limits?.concurrency !== undefined) this.own.add(entry.lease);
    this.granted.entered(entry, atMs);
    const found = enterGroup(this.state, entry, atMs);
    if (found.kind === 'entered') this.state = found.state;
    if (ahead === 0) return;
    this.granted.entered(entry, atMs + ADVANCE_MS, ahead);
    this.state = { ...this.state, ...countAhead(this.state, entry, ahead, atMs) };
  }

  /** Lets a call in that Redis has counted already, where nothing else that is shared concerns it. */
  enterCounted(entry: Entry, atMs: number): EntryAnswer | undefined {
    const { limits: _, ...unlimited } = entry;
    const isFree =
      isCalm(this.state, placeKey(entry.place)) ||
      sameState(enterGroup(this.state, unlimited, atMs), this.state);
    const countedAtMs = isFree ? this.ahead.take(entry, atMs) : undefined;
    return countedAtMs === undefined
      ? undefined
      : { kind: 'entered', taken: true, onlyCounted: true, countedAtMs };
  }

  /** Lets a call in by what this replica knows, within its share of the limits. */
  enterAlone(entry: Entry, replicas: number, atMs: number, skewMs: number): EntryAnswer {
    const found = enterGroup(this.state, this.isApart ? withShare(entry, replicas) : entry, atMs);
    if (found.kind === 'closed') return inOwnClock(found, { state: this.state, skewMs });
    if (found.state === this.state) return { kind: 'entered', taken: false };
    if (!this.isApart && this.exceedsShare(entry, replicas, atMs)) return beyondShare(atMs - skewMs);
    this.state = found.state;
    if (entry.limits?.concurrency !== undefined) this.own.add(entry.lease);
    this.usedAlone.entered(entry, atMs);
    return { kind: 'entered', taken: true };
  }

  /** One answer was late: what others have been granted meanwhile is not known, so nobody goes beyond its share. */
  private exceedsShare(entry: Entry, replicas: number, atMs: number): boolean {
    if (!entry.limits || replicas === 1) return false;
    const share = shareOf(this.state, this.shared, replicas, this.own);
    return enterGroup(share, withShare(entry, replicas), atMs).kind === 'closed';
  }

  /** The end of a call that holds neither a slot nor a probe only corrects what was counted. */
  hasteOf(event: GroupEvent): Haste {
    if (event.kind !== 'settled' || Object.hasOwn(this.state.calls, event.lease)) return 'urgent';
    const { benches, breakers } = this.state;
    if (isEmpty(benches) && isEmpty(breakers)) return 'soon';
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
  part(replicas: number, atMs: number): void {
    const rest = this.ahead.giveBack();
    if (rest) {
      this.usedAlone.heard(rest, atMs);
      this.hear(rest, atMs);
    }
    this.state = shareOf(this.state, this.shared, replicas, this.own);
    this.isApart = true;
  }

  /** Goes by what Redis says; while it is still apart it goes on with its share. */
  replace(state: GroupState, version: string, readAtMs: number): void {
    const { minute, day, calls } = this.state;
    this.state = this.isApart ? { ...state, minute, day, calls } : state;
    this.shared = state;
    this.granted = new UsedAlone();
    this.version = version;
    this.readAtMs = readAtMs;
  }
}
