import { QUOTA_LIMITS, type FailureClass, type QuotaLimits } from '@turnpike/protocol';
import { BREAKER_WINDOW_MS, breakerAt, isBreakerFresh, type BreakerState } from '../breaker';
import { STRIKE_WINDOW_MS } from '../cooldown-rules';
import type { GroupView } from '../group-store';
import { minuteOpensAt, minuteUse, type MinuteLimits } from '../minute-window';
import type { Bench, Cooling } from './bench';
import { heldLeases } from './probes';
import { bucketLeft, bucketOpensAt, type QuotaBucket } from './quota-bucket';
import type { ProviderDay } from './group-state';

/** Classes of failures that bench somebody. */
export const BENCHED_CLASSES = [
  'rate_minute',
  'rate_long',
  'credit',
  'auth',
  'target_gone',
] as const satisfies readonly FailureClass[];

/** One wait that is in force. All times of these facts are of this process's clock. */
export interface CooldownFacts extends Pick<Cooling, 'provenance' | 'untilMs' | 'startedMs'> {
  readonly subject: string;
  readonly class: (typeof BENCHED_CLASSES)[number];
  /** undefined: every credential of the group. */
  readonly credentialId: string | undefined;
  /** undefined: every model. */
  readonly model: string | undefined;
  /** `recovering`: the wait is over, and a probe has yet to succeed. */
  readonly state: 'cooling' | 'recovering';
  readonly strikes: number;
}

export interface BreakerFacts {
  readonly place: string;
  readonly credentialId: string;
  readonly model: string;
  readonly phase: BreakerState['phase'];
  /** When it is, or was last, open until; undefined: it is closed. */
  readonly untilMs: number | undefined;
  /** Of the window; undefined: they are counted only while it is closed. */
  readonly calls: number | undefined;
  readonly failures: number | undefined;
  readonly failuresInARow: number | undefined;
  readonly windowMs: number;
  /** Half-open: calls under way that try it. */
  readonly probes: number;
}

/** What the provider's headers told of one bucket. */
export interface BucketFacts extends Pick<QuotaBucket, 'unit' | 'limit' | 'refill' | 'periodMs'> {
  readonly model: string;
  readonly bucket: string;
  readonly remaining: number;
  /** When all of it is there again; undefined: it is now. */
  readonly resetsAtMs: number | undefined;
}

/** What the configuration grants, and how much of it is used. */
export interface LimitFacts {
  readonly metric: (typeof QUOTA_LIMITS)[number];
  readonly limit: number;
  readonly used: number;
  /** When all of it is there again; undefined: it is now, or calls that end will tell. */
  readonly resetsAtMs: number | undefined;
}

/** The first line, and what follows it. */
function cut(text: string): readonly [string, string] {
  const at = text.indexOf('\n');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function readSubject(subject: string): Pick<CooldownFacts, 'credentialId' | 'model'> {
  const [kind, who] = cut(subject);
  const [credentialId, model] = kind === 'place' ? cut(who) : [who, who];
  return {
    credentialId: kind === 'credential' || kind === 'place' ? credentialId : undefined,
    model: kind === 'model' || kind === 'place' ? model : undefined,
  };
}

/** The waits of a group that are in force. */
export function inspectCooldowns({ state, skewMs }: GroupView, nowMs: number): readonly CooldownFacts[] {
  return Object.entries(state.benches).flatMap(([subject, bench]: [string, Bench]) =>
    BENCHED_CLASSES.flatMap((kind) => {
      const cooling = bench.coolings[kind];
      const strikes = cooling?.strikesMs.filter((ms) => ms > nowMs + skewMs - STRIKE_WINDOW_MS).length ?? 0;
      const isCooling = cooling !== undefined && cooling.untilMs > nowMs + skewMs;
      if (!cooling || (!isCooling && strikes === 0)) return [];
      return {
        subject,
        class: kind,
        ...readSubject(subject),
        state: isCooling ? 'cooling' : 'recovering',
        provenance: cooling.provenance,
        untilMs: cooling.untilMs - skewMs,
        startedMs: cooling.startedMs - skewMs,
        strikes,
      };
    }),
  );
}

function inspectBreaker(state: BreakerState, { skewMs }: GroupView, atMs: number) {
  const uncounted = { calls: undefined, failures: undefined, failuresInARow: undefined };
  if (state.phase === 'closed') {
    const recent = state.buckets.filter(({ startMs }) => startMs > atMs - BREAKER_WINDOW_MS);
    return {
      untilMs: undefined,
      calls: recent.reduce((sum, { calls }) => sum + calls, 0),
      failures: recent.reduce((sum, { failures }) => sum + failures, 0),
      failuresInARow: state.failuresInARow,
      probes: 0,
    };
  }
  const probes = state.phase === 'open' ? 0 : Object.keys(heldLeases(state.probes, atMs)).length;
  return { ...uncounted, untilMs: state.untilMs - skewMs, probes };
}

/** The breakers of a group of which anything is known. */
export function inspectBreakers(view: GroupView, nowMs: number): readonly BreakerFacts[] {
  const atMs = nowMs + view.skewMs;
  return Object.entries(view.state.breakers).flatMap(([place, kept]) => {
    if (isBreakerFresh(kept, atMs)) return [];
    const state = breakerAt(kept, atMs);
    const [credentialId, model] = cut(place);
    const { phase } = state;
    const windowMs = BREAKER_WINDOW_MS;
    return { place, credentialId, model, phase, windowMs, ...inspectBreaker(state, view, atMs) };
  });
}

/** What headers have told of the provider's own limits, subscription windows among them. */
export function inspectBuckets({ state, skewMs }: GroupView, nowMs: number): readonly BucketFacts[] {
  const atMs = nowMs + skewMs;
  return Object.entries(state.buckets).map(([key, known]) => {
    const at = key.lastIndexOf('\n');
    const [model, bucket] = [key.slice(0, at), key.slice(at + 1)];
    const { unit, limit, refill, periodMs } = known;
    const remaining = Math.min(limit, Math.max(0, bucketLeft(known, atMs)));
    const endsMs = refill === 'window' ? known.resetAtMs : bucketOpensAt(known, limit, atMs);
    const resetsAtMs = endsMs > atMs ? endsMs - skewMs : undefined;
    return { model, bucket, unit, limit, refill, periodMs, remaining, resetsAtMs };
  });
}

/** How many calls of the group are under way; known only where their number is limited. */
export const callsUnderWay = ({ state, skewMs }: GroupView, nowMs: number): number =>
  Object.keys(heldLeases(state.calls, nowMs + skewMs)).length;

/** Configured limits with their use. `day`: the provider's own at this moment. */
export function inspectLimits(
  view: GroupView,
  limits: QuotaLimits,
  day: ProviderDay,
  nowMs: number,
): readonly LimitFacts[] {
  const usage = useOf(view, day, nowMs);
  return QUOTA_LIMITS.flatMap((metric) => {
    const limit = limits[metric];
    return limit === undefined ? [] : { metric, limit, ...usage[metric] };
  });
}

type Use = Pick<LimitFacts, 'used' | 'resetsAtMs'>;

function useOf(
  view: GroupView,
  day: ProviderDay,
  nowMs: number,
): Readonly<Record<LimitFacts['metric'], Use>> {
  const { state, skewMs } = view;
  const minute = minuteUse(state.minute, nowMs + skewMs);
  const emptyAt = (limits: MinuteLimits): number | undefined => {
    const opensMs = minuteOpensAt(state.minute, limits, 1, nowMs + skewMs) - skewMs;
    return opensMs > nowMs ? opensMs : undefined;
  };
  const today = state.day?.id === day.id ? state.day : undefined;
  const dayEnd = nowMs + day.leftMs;
  return {
    rpm: { used: minute.requests, resetsAtMs: emptyAt({ rpm: 1 }) },
    tpm: { used: minute.tokens, resetsAtMs: emptyAt({ tpm: 0 }) },
    rpd: { used: today?.requests ?? 0, resetsAtMs: dayEnd },
    tpd: { used: today?.tokens ?? 0, resetsAtMs: dayEnd },
    concurrency: { used: callsUnderWay(view, nowMs), resetsAtMs: undefined },
  };
}
