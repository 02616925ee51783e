import type { Failure } from '@turnpike/protocol';
import { cooldownLength, STRIKE_WINDOW_MS } from '../cooldown-rules';
import type { FailureNote, GroupPlace } from './place';
import { heldLeases, NO_LEASES, RECHECK_MS, withLease, withoutLease, type Leases } from './probes';
import { isRampOver, rampOpensAt, takeFromRamp, type Ramp } from './ramp';

/** One class of failures that keeps a subject out. */
export interface Cooling {
  readonly provenance: Failure['provenance'];
  readonly untilMs: number;
  /** When the wait began. */
  readonly startedMs: number;
  /** When each strike of the rolling window fell, the last one last. */
  readonly strikesMs: readonly number[];
}

/** Who sits out and how it comes back: of a quota group the whole, one model, one credential, or both. */
export interface Bench {
  readonly coolings: Readonly<Partial<Record<Failure['class'], Cooling>>>;
  /** At most one over all replicas. */
  readonly probes: Leases;
  /** A probe has succeeded since. */
  readonly ramp?: Ramp;
}

/** Why somebody has to stay out, and until when. */
export interface Closed {
  readonly kind: 'closed';
  /** Slug for traces: `cooling_rate_minute`, `recovering`, `breaker_open`, `provider_rpm`, ... */
  readonly reason: string;
  /** Epoch milliseconds at which asking again makes sense. */
  readonly untilMs: number;
  /** A wait of our own making: the last target of a route is used all the same. */
  readonly soft: boolean;
  readonly provenance: Failure['provenance'];
}

export const EMPTY_BENCH: Bench = { coolings: {}, probes: NO_LEASES };

const MAX_STRIKES = 8;
/** How soon after its end a stated wait counts as too short when the provider refuses again. */
const RIGHT_AFTER_MS = 5_000;

/** Whom a failure keeps out, within its quota group; undefined: nobody. A single overload or server error benches nothing. */
export function subjectOf(note: FailureNote, at: GroupPlace): string | undefined {
  const model = note.scope === 'model';
  switch (note.class) {
    case 'rate_minute':
    case 'rate_long':
    case 'credit':
      return model ? `model\n${at.model}` : 'group';
    case 'auth':
      if (note.scope === 'group') return 'group';
      return model ? `place\n${at.credentialId}\n${at.model}` : `credential\n${at.credentialId}`;
    case 'target_gone':
      return `model\n${at.model}`;
    case 'overload':
    case 'server':
    case 'context_length':
    case 'content_filter':
    case 'caller':
    case 'auxiliary':
      return undefined;
  }
}

/** Every subject that may keep this place out. */
export const subjectsOf = (at: GroupPlace): readonly string[] => [
  'group',
  `model\n${at.model}`,
  `credential\n${at.credentialId}`,
  `place\n${at.credentialId}\n${at.model}`,
];

/** A wait that we made up must not black out a route; a stated one, an empty account or a refused key does. */
const isSoft = (kind: string, { provenance }: Cooling): boolean =>
  provenance === 'heuristic' && (kind === 'rate_minute' || kind === 'rate_long');

/** The wait that ends last; undefined: none is left. */
export function coolingOf(bench: Bench, nowMs: number): Closed | undefined {
  let closed: Closed | undefined;
  for (const [kind, cooling] of Object.entries(bench.coolings)) {
    if (cooling.untilMs <= nowMs || cooling.untilMs <= (closed?.untilMs ?? 0)) continue;
    const { untilMs, provenance } = cooling;
    const soft = isSoft(kind, cooling) && closed?.soft !== false;
    closed = { kind: 'closed', reason: `cooling_${kind}`, untilMs, soft, provenance };
  }
  return closed;
}

/** Nothing of it is in force, and no strike counts any more. */
export const isBenchOver = ({ coolings, ramp }: Bench, nowMs: number): boolean =>
  (ramp === undefined || isRampOver(ramp, nowMs)) &&
  Object.values(coolings).every(
    ({ untilMs, strikesMs }) =>
      untilMs <= nowMs && (strikesMs[strikesMs.length - 1] ?? 0) <= nowMs - STRIKE_WINDOW_MS,
  );

const hasCoolings = ({ coolings }: Bench): boolean => {
  for (const _ in coolings) return true;
  return false;
};

/**
 * One call wants in. After the wait one alone is let through, under a lease; when it has succeeded, more and more are.
 * `force`: a wait of our own making is no obstacle.
 */
export function enterBench(bench: Bench, lease: string, force: boolean, nowMs: number): Bench | Closed {
  const cooling = coolingOf(bench, nowMs);
  if (cooling) return force && cooling.soft ? bench : cooling;
  if (hasCoolings(bench)) {
    if (Object.keys(heldLeases(bench.probes, nowMs)).length > 0) return recovering(nowMs + RECHECK_MS);
    return { ...bench, probes: withLease(NO_LEASES, lease, nowMs) };
  }
  const { ramp } = bench;
  if (!ramp || isRampOver(ramp, nowMs)) return bench;
  const opensMs = rampOpensAt(ramp, nowMs);
  return opensMs > nowMs ? recovering(opensMs) : { ...bench, ramp: takeFromRamp(ramp) };
}

const recovering = (untilMs: number): Closed => ({
  kind: 'closed',
  reason: 'recovering',
  untilMs,
  soft: false,
  provenance: 'heuristic',
});

/** After one more failure. A strike counts only when the previous wait was served; a wait is never shortened. */
export function strikeBench(bench: Bench, note: FailureNote, nowMs: number): Bench {
  const previous = bench.coolings[note.class];
  const recent = (previous?.strikesMs ?? []).filter((ms) => ms > nowMs - STRIKE_WINDOW_MS);
  const served = previous === undefined || nowMs >= previous.untilMs;
  const strikesMs = served ? [...recent, nowMs].slice(-MAX_STRIKES) : recent;
  const rightAfter =
    served &&
    previous?.provenance === 'authoritative' &&
    nowMs - previous.untilMs <= Math.max(RIGHT_AFTER_MS, previous.untilMs - previous.startedMs);
  const untilMs = nowMs + cooldownLength(note, Math.max(1, strikesMs.length), rightAfter);
  const longer = previous !== undefined && previous.untilMs >= untilMs;
  const cooling: Cooling = {
    provenance: longer ? previous.provenance : note.provenance,
    untilMs: longer ? previous.untilMs : untilMs,
    startedMs: served ? nowMs : previous.startedMs,
    strikesMs,
  };
  return { coolings: { ...bench.coolings, [note.class]: cooling }, probes: NO_LEASES };
}

/**
 * A call that began at `startedMs` has succeeded: waits that began before it are over, and their strikes forgotten. A
 * stated wait is kept to its end: one call that came through does not say that the next one will.
 */
export function clearBench(bench: Bench, startedMs: number, lease: string | undefined, nowMs: number): Bench {
  const kept = Object.entries(bench.coolings).filter(
    ([, cooling]) =>
      cooling.startedMs > startedMs || (cooling.provenance === 'authoritative' && cooling.untilMs > nowMs),
  );
  const probes = lease === undefined ? bench.probes : withoutLease(bench.probes, lease);
  if (kept.length > 0) return { ...bench, coolings: Object.fromEntries(kept), probes };
  if (!hasCoolings(bench)) return probes === bench.probes ? bench : { ...bench, probes };
  return { coolings: {}, probes: NO_LEASES, ramp: { sinceMs: nowMs, taken: 0 } };
}

/** A lease that ended without a verdict: the next call tries. */
export function releaseBench(bench: Bench, lease: string): Bench {
  const probes = withoutLease(bench.probes, lease);
  return probes === bench.probes ? bench : { ...bench, probes };
}
