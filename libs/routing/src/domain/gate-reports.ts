import type { Failure, QuotaReading } from '@turnpike/protocol';
import type { GateOptions, Pass, PassEnd } from './gate';
import { isBenched } from './group/group-facts';
import type { Demand } from './group/demand';
import type { Entry } from './group/group-state';
import { noteOf, type Place } from './group/place';
import { isLow, noteOfReading, type ReadingCall } from './group/quota-bucket';

/** What is no news is told once in this time. */
const TELL_MS = 1_000;
/** Client-chosen model names make places: beyond so many it is forgotten when they were heard of last. */
const MOST_TOLD = 10_000;

/** Failures that say nothing of the place: it has answered, and the request is to blame. */
const BLAMELESS: ReadonlySet<Failure['class']> = new Set([
  'context_length',
  'content_filter',
  'caller',
  'auxiliary',
]);

/** Nobody's waiting cures these. */
const ALARMING: ReadonlySet<Failure['class']> = new Set(['credit', 'auth', 'target_gone']);

/** What the store hears of passes and answers: at once where other replicas wait for it, else together. */
export class GateReports {
  private readonly held = new Map<string, { readonly group: string; readonly lease: string }>();
  private readonly counts = new Map<string, { readonly place: Place; calls: number }>();
  private readonly told = new Map<string, number>();
  private countedAtMs = 0;

  constructor(private readonly options: Pick<GateOptions, 'store' | 'random' | 'onAlarm'>) {}

  /** Something is held under a lease from here on. */
  hold(place: Place, { lease }: Entry): void {
    this.held.set(lease, { group: place.quotaGroup, lease });
  }

  /**
   * What sat out is back, before the answer is whole. `key`: the place's. Of a place of which this replica knows nothing
   * bad there is nothing to tell: the end of the call gives back what it took.
   */
  proved({ place, taken, enteredAtMs }: Pass, key: string, nowMs: number): void {
    const state = this.options.store.look(place.quotaGroup, nowMs)?.state;
    if (!state || !isBenched(state, place, key)) return;
    const ageMs = Math.max(0, nowMs - enteredAtMs);
    const event = { kind: 'proved', place, ageMs, ...leaseOf(taken) } as const;
    this.options.store.report(place.quotaGroup, event, true, nowMs);
  }

  settled({ place, enteredAtMs, taken, ...pass }: Pass, end: PassEnd, nowMs: number): void {
    if (!taken) return;
    this.held.delete(taken.lease);
    const counted = tokensOf(taken.demand);
    const isReached = end.kind === 'succeeded' || end.reached;
    const used = end.used ? tokensOf(end.used) : end.kind === 'failed' || !isReached ? 0 : counted;
    const tokens = Math.round(used - counted);
    if (isReached && pass.onlyCounted && !changesUse(taken, tokens)) return;
    this.options.store.report(
      place.quotaGroup,
      {
        kind: 'settled',
        lease: taken.lease,
        ageMs: Math.max(0, nowMs - enteredAtMs),
        ...(pass.countedAtMs === undefined ? {} : { countedAtMs: pass.countedAtMs }),
        tokens,
        requests: isReached ? 0 : 1,
        ...(taken.day ? { day: taken.day.id } : {}),
        ...(isReached && end.used ? { spare: spareOf(place, taken.demand, end.used) } : {}),
      },
      true,
      nowMs,
    );
  }

  failed({ place, taken }: Pass, failure: Failure, nowMs: number): void {
    if (BLAMELESS.has(failure.class)) return;
    this.tellCounts(nowMs);
    const { store, random, onAlarm } = this.options;
    if (ALARMING.has(failure.class)) onAlarm?.(place, failure);
    const note = noteOf(failure, nowMs);
    const event = { kind: 'failed', place, note, draw: random(), ...leaseOf(taken) } as const;
    store.report(place.quotaGroup, event, true, nowMs);
  }

  /** `key`: the place's. */
  succeeded(place: Place, key: string, nowMs: number): void {
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
  read(of: Place | Pass, readings: readonly QuotaReading[], nowMs: number): void {
    if (readings.length === 0) return;
    const place = 'kind' in of ? of.place : of;
    const notes = readings.flatMap((reading) => noteOfReading(reading, nowMs) ?? []);
    if (notes.length === 0) return;
    const urgent = notes.some(isLow);
    const key = `${place.quotaGroup}\n${place.model}`;
    if (!urgent && nowMs - (this.told.get(key) ?? 0) < TELL_MS) return;
    if (this.told.size > MOST_TOLD) this.told.clear();
    this.told.set(key, nowMs);
    const call = 'kind' in of ? { call: readingCall(of, nowMs) } : {};
    const event = { kind: 'read', model: place.model, buckets: notes, ...call } as const;
    this.options.store.report(place.quotaGroup, event, urgent, nowMs);
  }

  /** Every few seconds: leases of long answers are held on to, and no success is told so late that it ends a newer row. */
  renew(nowMs: number): void {
    this.tellCounts(nowMs);
    const byGroup = new Map<string, string[]>();
    for (const { group, lease } of this.held.values())
      byGroup.set(group, [...(byGroup.get(group) ?? []), lease]);
    for (const [group, leases] of byGroup)
      this.options.store.report(group, { kind: 'held', leases }, true, nowMs);
  }
}

/** The call took less or more of a limit than it was thought to. */
const changesUse = ({ limits = {} }: Entry, tokens: number): boolean =>
  tokens !== 0 && (limits.tpm !== undefined || limits.tpd !== undefined);

const spareOf = ({ model }: Place, counted: Demand, used: Demand) => ({
  model,
  inputTokens: Math.round(counted.inputTokens - used.inputTokens),
  outputTokens: Math.round(counted.outputTokens - used.outputTokens),
});

const readingCall = ({ enteredAtMs, taken }: Pass, nowMs: number): ReadingCall => ({
  ageMs: Math.max(0, nowMs - enteredAtMs),
  ...(taken ? { demand: taken.demand } : {}),
});

const tokensOf = ({ inputTokens, outputTokens }: Demand): number => inputTokens + outputTokens;

const leaseOf = (taken: Entry | undefined): { readonly lease?: string } =>
  taken ? { lease: taken.lease } : {};
