import { uuidv7 } from '@turnpike/kernel';
import type { Failure, QuotaReading } from '@turnpike/protocol';
import type { CallSize, GatedPlace, GateOptions, Pass, PassEnd } from './gate';
import { GateReports } from './gate-reports';
import type { Closed } from './group/bench';
import { closedByLimits, enterGroup } from './group/enter-group';
import { headroomOf, inOwnClock, isCalm, isFixed } from './group/group-facts';
import type { Entry } from './group/group-state';
import { placeKey, type Place } from './group/place';
import { RECHECK_MS } from './group/probes';
import type { EntryAnswer } from './group-store';
import { penaltyAt } from './penalty';
import { PlaceLoad } from './place-load';
import type { TargetSignals } from './strategy';

type Entered = Extract<EntryAnswer, { kind: 'entered' }>;

/** Client-chosen model names make places: beyond so many the idle ones are forgotten. */
const MAX_PLACES = 10_000;
/** A trial takes nothing, so it needs no name of its own. */
const NO_LEASE = '';
const TRIAL = { lease: NO_LEASE, force: false } as const;

const crowded = (nowMs: number): Closed => ({
  kind: 'closed',
  reason: 'provider_concurrency',
  untilMs: nowMs + RECHECK_MS,
  soft: false,
  provenance: 'heuristic',
});

/**
 * In front of every target: who may go there now, what it takes, what became of it. Shared facts live in the store;
 * what only this replica sees (calls under way, times, guessed concurrency) lives here.
 */
export class TargetGates {
  private readonly loads = new Map<string, PlaceLoad>();
  /** The same by the object that a route has for a place. */
  private readonly loadOf = new WeakMap<Place, PlaceLoad>();
  private readonly reports: GateReports;

  constructor(private readonly options: GateOptions) {
    this.reports = new GateReports(options);
  }

  /** Resolves once what the store knows of these groups is at most a second old; undefined: it is. */
  ready(groups: readonly string[], nowMs: number): Promise<void> | undefined {
    return this.options.store.ready(groups, nowMs);
  }

  /** What keeps a call out of a place now, as far as this replica knows; undefined: nothing. Takes nothing. */
  look(place: GatedPlace, size: CallSize, nowMs: number): Closed | undefined {
    const load = this.load(place);
    if (!load.admits(nowMs)) return crowded(nowMs);
    const view = this.options.store.look(place.quotaGroup, nowMs);
    if (!view) return undefined;
    const isCalmThere = isCalm(view.state, load.key);
    if (!place.limits && isCalmThere) return undefined;
    const trial = this.entry(place, size, nowMs, TRIAL);
    const atMs = nowMs + view.skewMs;
    const answer = isCalmThere
      ? closedByLimits(view.state, trial, atMs)
      : enterGroup(view.state, trial, atMs);
    return answer?.kind === 'closed' ? inOwnClock(answer, view) : undefined;
  }

  /** Right before an attempt: lets it in or says until when not. `force`: the last target that a route has. */
  enter(
    place: GatedPlace,
    size: CallSize,
    force: boolean,
    nowMs: number,
  ): Pass | Closed | Promise<Pass | Closed> {
    const load = this.load(place);
    if (!load.admits(nowMs)) return crowded(nowMs);
    // Counted before the store has answered, so that calls that ask at the same time see each other.
    load.inFlight++;
    const finish = (found: Pass | Closed): Pass | Closed => {
      if (found.kind === 'closed') load.inFlight--;
      return found;
    };
    const answer = this.ask(place, size, force, nowMs);
    return answer instanceof Promise ? answer.then(finish) : finish(answer);
  }

  private ask(
    place: GatedPlace,
    size: CallSize,
    force: boolean,
    nowMs: number,
  ): Pass | Closed | Promise<Pass | Closed> {
    const { store } = this.options;
    const view = store.look(place.quotaGroup, nowMs);
    const isCalmThere = !view || isCalm(view.state, this.load(place).key);
    if (!place.limits && isCalmThere) return this.pass(place, undefined, nowMs);
    // Where nobody sits out and there are limits, only what all replicas used together decides.
    if (!isCalmThere) {
      const trial = this.entry(place, size, nowMs, { lease: NO_LEASE, force });
      const found = enterGroup(view.state, trial, nowMs + view.skewMs);
      if (found.kind === 'closed' && isFixed(found)) return inOwnClock(found, view);
      // Where nothing shared is taken nobody has to be asked.
      if (found.kind === 'entered' && found.state === view.state) return this.pass(place, undefined, nowMs);
    }
    const entry = this.entry(place, size, nowMs, { lease: uuidv7(), force });
    const answer = store.enter(place.quotaGroup, entry, nowMs);
    const finish = (found: Awaited<typeof answer>): Pass | Closed =>
      found.kind === 'closed' ? found : this.pass(place, found.taken ? entry : undefined, nowMs, found);
    return answer instanceof Promise ? answer.then(finish) : finish(answer);
  }

  private pass(
    place: GatedPlace,
    taken: Entry | undefined,
    nowMs: number,
    { onlyCounted = false, countedAtMs }: Pick<Entered, 'onlyCounted' | 'countedAtMs'> = {},
  ): Pass {
    if (taken) this.reports.hold(place, taken);
    return { kind: 'pass', place, enteredAtMs: nowMs, taken, onlyCounted, countedAtMs };
  }

  /** The answer has begun to say something. */
  proved(pass: Pass, nowMs: number): void {
    const load = this.load(pass.place);
    load.measure(Math.max(0, nowMs - pass.enteredAtMs), nowMs);
    this.reports.proved(pass, load.key, nowMs);
  }

  /** Exactly once per pass. */
  ended(pass: Pass, end: PassEnd, nowMs: number): void {
    const { place, enteredAtMs } = pass;
    const load = this.load(place);
    if (end.kind === 'failed') {
      if (isUnstatedRefusal(end.failure)) load.refused(enteredAtMs, nowMs);
      this.reports.failed(pass, end.failure, nowMs);
    } else if (end.kind === 'succeeded') {
      load.succeeded(nowMs);
      this.reports.succeeded(place, load.key, nowMs);
    }
    load.inFlight = Math.max(0, load.inFlight - 1);
    if (end.used) load.measureOutput(end.used.outputTokens);
    this.reports.settled(pass, end, nowMs);
  }

  /** What an answer's headers say of the provider's limits; of whose answer is known by its pass. */
  read(of: Place | Pass, readings: readonly QuotaReading[], nowMs: number): void {
    this.reports.read(of, readings, nowMs);
  }

  /** Leases of long answers are held on to; every few seconds. */
  renew(nowMs: number): void {
    this.reports.renew(nowMs);
  }

  /** What strategies may know of a place; the price of a call is not known here. */
  signals(place: GatedPlace, nowMs: number): TargetSignals {
    const load = this.load(place);
    const view = this.options.store.look(place.quotaGroup, nowMs);
    const at = nowMs + (view?.skewMs ?? 0);
    const ttftMs = load.ttftMs(nowMs);
    const headroom = view && headroomOf(view.state, place, place.limits, at);
    const penalty = view?.state.penalties[placeKey(place)];
    return {
      inFlight: load.inFlight,
      penalty: penalty ? penaltyAt(penalty, at) : 0,
      ...(ttftMs === undefined ? {} : { ttftMs }),
      ...(headroom === undefined ? {} : { headroom }),
    };
  }

  private load(place: Place): PlaceLoad {
    let load = this.loadOf.get(place);
    if (load) return load;
    const key = placeKey(place);
    load = this.loads.get(key);
    if (!load) {
      if (this.loads.size >= MAX_PLACES) this.dropIdle();
      load = new PlaceLoad(key);
      this.loads.set(key, load);
    }
    this.loadOf.set(place, load);
    return load;
  }

  private dropIdle(): void {
    for (const [key, { inFlight }] of this.loads) if (inFlight === 0) this.loads.delete(key);
  }

  private entry(
    place: GatedPlace,
    size: CallSize,
    nowMs: number,
    { lease, force }: Pick<Entry, 'lease' | 'force'>,
  ): Entry {
    const { limits } = place;
    const { expectedOutput } = this.load(place);
    const outputTokens = Math.min(size.outputCap ?? expectedOutput, expectedOutput);
    const demand = { inputTokens: size.inputTokens, outputTokens };
    if (!limits) return { place, lease, demand, force };
    const isDaily = limits.rpd !== undefined || limits.tpd !== undefined;
    const day = isDaily ? this.options.dayOf(place, nowMs) : undefined;
    return day ? { place, lease, demand, limits, day, force } : { place, lease, demand, limits, force };
  }
}

/** The provider refuses without saying how long, or how many it would take. */
const isUnstatedRefusal = ({ status, wakeAtMs }: Failure): boolean =>
  wakeAtMs === undefined && (status === 429 || status === 529);
