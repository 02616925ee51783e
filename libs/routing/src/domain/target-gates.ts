import { uuidv7, type Random } from '@turnpike/kernel';
import type { Failure, QuotaLimits, QuotaReading } from '@turnpike/protocol';
import type { Closed } from './group/bench';
import { enterGroup } from './group/enter-group';
import { headroomOf, inOwnClock, isBenched, isFixed } from './group/group-facts';
import type { Demand, Entry, ProviderDay } from './group/group-state';
import { noteOf, placeKey, type Place } from './group/place';
import { RECHECK_MS } from './group/probes';
import { isLow, noteOfReading } from './group/quota-bucket';
import type { GroupStore } from './group-store';
import { penaltyAt } from './penalty';
import { PlaceLoad } from './place-load';
import type { TargetSignals } from './strategy';

/** A place with what its provider grants the whole group. */
export interface GatedPlace extends Place {
  readonly limits?: QuotaLimits;
}

/** What an attempt was let in with; it has to be handed back. */
export interface Pass {
  readonly kind: 'pass';
  readonly place: GatedPlace;
  readonly enteredAtMs: number;
  /** What it holds of the group; undefined: nothing is shared, nothing has to be settled. */
  readonly taken: Entry | undefined;
}

/** How large a call is, as far as it can be told before it is made; asked only where limits are known. */
export interface CallSize {
  readonly inputTokens: number;
  /** What the client allows; undefined: whatever the model allows. */
  readonly outputCap: number | undefined;
}

/** Of a question that is about a target and not about a call. */
export const NO_SIZE: CallSize = { inputTokens: 0, outputCap: 0 };

/** How an attempt ended, and what it really used; `used` is undefined when nobody knows. */
export type PassEnd = { readonly used?: Demand } & (
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      /** The provider has answered. */
      readonly reached: boolean;
    }
  /** No verdict: the client left, or the request could not be made. */
  | { readonly kind: 'gone'; readonly reached: boolean }
);

export interface GateOptions {
  readonly store: GroupStore;
  readonly random: Random;
  /** The provider's day; asked only where limits per day are stated. */
  readonly dayOf: (place: Place, nowMs: number) => ProviderDay;
}

/** What is no news is told once in this time. */
const TELL_MS = 1_000;
/** Client-chosen model names make places: beyond so many the idle ones are forgotten. */
const MAX_PLACES = 10_000;
/** A trial takes nothing, so it needs no name of its own. */
const NO_LEASE = '';

/** Failures that say nothing of the place: it has answered, and the request is to blame. */
const BLAMELESS: ReadonlySet<Failure['class']> = new Set([
  'context_length',
  'content_filter',
  'caller',
  'auxiliary',
]);

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
  private readonly held = new Map<string, { readonly group: string; readonly lease: string }>();
  private readonly counts = new Map<string, { readonly place: Place; calls: number }>();
  private readonly told = new Map<string, number>();
  private countedAtMs = 0;

  constructor(private readonly options: GateOptions) {}

  /** Resolves once what the store knows of these places is at most a second old; undefined: it is. */
  ready(places: readonly Place[], nowMs: number): Promise<void> | undefined {
    return this.options.store.ready(
      places.map(({ quotaGroup }) => quotaGroup),
      nowMs,
    );
  }

  /** What keeps a call out of a place now, as far as this replica knows; undefined: nothing. Takes nothing. */
  look(place: GatedPlace, size: CallSize, nowMs: number): Closed | undefined {
    if (!this.load(place).admits(nowMs)) return crowded(nowMs);
    const view = this.options.store.look(place.quotaGroup, nowMs);
    if (!view) return undefined;
    const answer = enterGroup(
      view.state,
      this.entry(place, size, nowMs, { lease: NO_LEASE, force: false }),
      nowMs + view.skewMs,
    );
    return answer.kind === 'closed' ? inOwnClock(answer, view) : undefined;
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
    if (!view && !place.limits) return this.pass(place, undefined, nowMs);
    if (view) {
      const trial = this.entry(place, size, nowMs, { lease: NO_LEASE, force });
      const found = enterGroup(view.state, trial, nowMs + view.skewMs);
      if (found.kind === 'closed' && isFixed(found)) return inOwnClock(found, view);
      // Where nothing shared is taken nobody has to be asked.
      if (found.kind === 'entered' && found.state === view.state) return this.pass(place, undefined, nowMs);
    }
    const entry = this.entry(place, size, nowMs, { lease: uuidv7(), force });
    const answer = store.enter(place.quotaGroup, entry, nowMs);
    const finish = (found: Awaited<typeof answer>): Pass | Closed =>
      found.kind === 'closed' ? found : this.pass(place, found.taken ? entry : undefined, nowMs);
    return answer instanceof Promise ? answer.then(finish) : finish(answer);
  }

  private pass(place: GatedPlace, taken: Entry | undefined, nowMs: number): Pass {
    if (taken) this.held.set(taken.lease, { group: place.quotaGroup, lease: taken.lease });
    return { kind: 'pass', place, enteredAtMs: nowMs, taken };
  }

  /** The answer has begun to say something: what sat out is back, before the answer is whole. */
  proved({ place, taken, enteredAtMs }: Pass, nowMs: number): void {
    const ageMs = Math.max(0, nowMs - enteredAtMs);
    this.load(place).measure(ageMs, nowMs);
    const state = this.options.store.look(place.quotaGroup, nowMs)?.state;
    if (taken === undefined && !(state && isBenched(state, place))) return;
    const event = { kind: 'proved', place, ageMs, ...leaseOf(taken) } as const;
    this.options.store.report(place.quotaGroup, event, true, nowMs);
  }

  /** Exactly once per pass. */
  ended(pass: Pass, end: PassEnd, nowMs: number): void {
    const { place, taken } = pass;
    const load = this.load(place);
    if (end.kind === 'failed') this.failed(pass, end.failure, nowMs);
    else if (end.kind === 'succeeded') this.succeeded(place, nowMs);
    load.inFlight = Math.max(0, load.inFlight - 1);
    if (end.used) load.measureOutput(end.used.outputTokens);
    if (taken) this.settle(pass, taken, end, nowMs);
  }

  private settle({ place, enteredAtMs }: Pass, taken: Entry, end: PassEnd, nowMs: number): void {
    this.held.delete(taken.lease);
    const counted = tokensOf(taken.demand);
    const isReached = end.kind === 'succeeded' || end.reached;
    const used = end.used ? tokensOf(end.used) : end.kind === 'failed' || !isReached ? 0 : counted;
    this.options.store.report(
      place.quotaGroup,
      {
        kind: 'settled',
        lease: taken.lease,
        ageMs: Math.max(0, nowMs - enteredAtMs),
        tokens: Math.round(used - counted),
        requests: isReached ? 0 : 1,
        ...(taken.day ? { day: taken.day.id } : {}),
      },
      true,
      nowMs,
    );
  }

  private failed({ place, taken, enteredAtMs }: Pass, failure: Failure, nowMs: number): void {
    if (isUnstatedRefusal(failure)) this.load(place).refused(enteredAtMs, nowMs);
    if (BLAMELESS.has(failure.class)) return;
    this.tellCounts(nowMs);
    const { store, random } = this.options;
    const note = noteOf(failure, nowMs);
    const event = { kind: 'failed', place, note, draw: random(), ...leaseOf(taken) } as const;
    store.report(place.quotaGroup, event, true, nowMs);
  }

  private succeeded(place: Place, nowMs: number): void {
    this.load(place).succeeded(nowMs);
    const key = placeKey(place);
    const count = this.counts.get(key);
    if (count) count.calls++;
    else this.counts.set(key, { place, calls: 1 });
    if (nowMs - this.countedAtMs >= TELL_MS) this.tellCounts(nowMs);
  }

  /** Successes so far; they weigh against failures, so they are told before one. */
  private tellCounts(nowMs: number): void {
    this.countedAtMs = nowMs;
    if (this.counts.size === 0) return;
    for (const { place, calls } of this.counts.values())
      this.options.store.report(place.quotaGroup, { kind: 'succeeded', place, calls }, false, nowMs);
    this.counts.clear();
  }

  /** What an answer's headers say of the provider's limits. Told when it is news: little is left, or a second is over. */
  read(place: Place, readings: readonly QuotaReading[], nowMs: number): void {
    if (readings.length === 0) return;
    const notes = readings.flatMap((reading) => noteOfReading(reading, nowMs) ?? []);
    if (notes.length === 0) return;
    const urgent = notes.some(isLow);
    const key = `${place.quotaGroup}\n${place.model}`;
    if (!urgent && nowMs - (this.told.get(key) ?? 0) < TELL_MS) return;
    if (this.told.size > MAX_PLACES) this.told.clear();
    this.told.set(key, nowMs);
    const event = { kind: 'read', model: place.model, buckets: notes } as const;
    this.options.store.report(place.quotaGroup, event, urgent, nowMs);
  }

  /** Leases of long answers are held on to; every few seconds. */
  renew(nowMs: number): void {
    const byGroup = new Map<string, string[]>();
    for (const { group, lease } of this.held.values())
      byGroup.set(group, [...(byGroup.get(group) ?? []), lease]);
    for (const [group, leases] of byGroup)
      this.options.store.report(group, { kind: 'held', leases }, true, nowMs);
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
      load = new PlaceLoad();
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
    how: Pick<Entry, 'lease' | 'force'>,
  ): Entry {
    const { limits } = place;
    const { expectedOutput } = this.load(place);
    const outputTokens = Math.min(size.outputCap ?? expectedOutput, expectedOutput);
    const demand = { inputTokens: size.inputTokens, outputTokens };
    if (!limits) return { place, demand, ...how };
    const isDaily = limits.rpd !== undefined || limits.tpd !== undefined;
    const day = isDaily ? this.options.dayOf(place, nowMs) : undefined;
    return { place, demand, limits, ...how, ...(day ? { day } : {}) };
  }
}

/** The provider refuses without saying how long, or how many it would take. */
const isUnstatedRefusal = ({ status, wakeAtMs }: Failure): boolean =>
  wakeAtMs === undefined && (status === 429 || status === 529);

const tokensOf = ({ inputTokens, outputTokens }: Demand): number => inputTokens + outputTokens;

const leaseOf = (taken: Entry | undefined): { readonly lease?: string } =>
  taken ? { lease: taken.lease } : {};
