import type { Failure } from '@turnpike/protocol';
import { cooldownLength } from '../domain/cooldown-rules';
import { subjectOf, subjectsOf } from '../domain/group/bench';
import { noteOf, type Place } from '../domain/group/place';
import type { Dispatch } from './simulated-call';

const RAMP_MS = 2_000;
const STEP_MS = 250;
const SOFT: readonly string[] = ['rate_minute', 'rate_long'];

interface Wait {
  readonly startedMs: number;
  readonly untilMs: number;
  readonly isStated: boolean;
  readonly isSoft: boolean;
}

/** One subject of a quota group, reckoned from what providers have answered and not from what stores say. */
interface Subject {
  readonly waits: Map<Failure['class'], Wait>;
  readonly probes: Set<Dispatch>;
  /** Classes of which a wait was ended here by a success that the store need not have heard of. */
  readonly doubts: Set<Failure['class']>;
  ramp: { readonly sinceMs: number; taken: number } | undefined;
}

/**
 * Rules of what sits out: nobody is sent there while it waits, one alone after that, more and more once that one has
 * succeeded. What was heard within `staleMs` need not have reached everybody.
 */
export class CoolingWatch {
  private readonly subjects = new Map<string, Subject>();

  constructor(private readonly staleMs: number) {}

  /** The rule that a dispatch breaks, if any. */
  sent(dispatch: Dispatch, nowMs: number): string | undefined {
    const broken = this.of(dispatch.pass.place).map((subject) => this.enter(subject, dispatch, nowMs));
    return broken.find((rule) => rule !== undefined);
  }

  private enter(subject: Subject, dispatch: Dispatch, nowMs: number): string | undefined {
    const waits = [...subject.waits.values()];
    if (waits.some(({ startedMs }) => startedMs > nowMs - this.staleMs)) return undefined;
    if (waits.length === 0) return this.takeOfRamp(subject, dispatch, nowMs);
    const running = waits.filter(({ untilMs }) => untilMs > nowMs);
    if (running.length > 0)
      return dispatch.force && running.every(({ isSoft }) => isSoft)
        ? undefined
        : `sent to a target that cools for another ${Math.max(...running.map(({ untilMs }) => untilMs - nowMs))} ms`;
    // By a copy the wait may go on for another while, and the last target of a route is used during a guess.
    if (dispatch.force && this.staleMs > 0 && dispatch.pass.taken === undefined) return undefined;
    const others = [...subject.probes].filter(({ call }) => call.replica.isAlive);
    subject.probes.add(dispatch);
    return others.length > 0 ? 'a second probe in flight' : undefined;
  }

  heard(dispatch: Dispatch, failure: Failure | undefined, nowMs: number): void {
    const { place } = dispatch.pass;
    if (failure) this.strike(place, failure, nowMs);
    for (const subject of this.of(place)) subject.probes.delete(dispatch);
  }

  private strike(place: Place, failure: Failure, nowMs: number): void {
    const note = noteOf(failure, nowMs);
    const name = subjectOf(note, place);
    if (name === undefined) return;
    const subject = this.find(place, name);
    subject.ramp = undefined;
    // The store may be in a wait that has ended here, and then a guess begins no other.
    if (note.waitMs === undefined && subject.doubts.has(note.class)) return;
    const previous = subject.waits.get(note.class);
    const untilMs = nowMs + cooldownLength(note, 1, false);
    const isRunning = previous !== undefined && nowMs < previous.untilMs;
    if (isRunning && (note.waitMs === undefined || previous.untilMs >= untilMs)) return;
    const isStated = note.waitMs !== undefined;
    const isSoft = !isStated && SOFT.includes(note.class);
    subject.waits.set(note.class, { startedMs: nowMs, untilMs, isStated, isSoft });
  }

  proved({ pass }: Dispatch, nowMs: number): void {
    for (const subject of this.of(pass.place)) {
      if (subject.waits.size === 0) continue;
      for (const [kind, { startedMs, untilMs, isStated }] of subject.waits) {
        if (startedMs > pass.enteredAtMs || (isStated && untilMs > nowMs)) continue;
        subject.waits.delete(kind);
        if (this.staleMs > 0) subject.doubts.add(kind);
      }
      if (subject.waits.size > 0) continue;
      subject.ramp = { sinceMs: nowMs, taken: 0 };
      subject.probes.clear();
    }
  }

  private takeOfRamp({ ramp }: Subject, { force }: Dispatch, nowMs: number): string | undefined {
    if (!ramp || nowMs >= ramp.sinceMs + RAMP_MS) return undefined;
    // Another replica may go on as if it were the last target of a route that still waits.
    if (force && nowMs < ramp.sinceMs + this.staleMs) return undefined;
    ramp.taken++;
    const steps = Math.floor((nowMs - ramp.sinceMs) / STEP_MS) + 1;
    return ramp.taken > 2 * (2 ** steps - 1) ? `call ${ramp.taken} of step ${steps} of a ramp` : undefined;
  }

  private of(place: Place): Subject[] {
    return subjectsOf(place).flatMap((name) => this.subjects.get(keyOf(place, name)) ?? []);
  }

  private find(place: Place, name: string): Subject {
    const key = keyOf(place, name);
    let subject = this.subjects.get(key);
    if (!subject) {
      subject = { waits: new Map(), probes: new Set(), doubts: new Set(), ramp: undefined };
      this.subjects.set(key, subject);
    }
    return subject;
  }
}

const keyOf = ({ quotaGroup }: Place, subject: string): string => `${quotaGroup}\n${subject}`;
