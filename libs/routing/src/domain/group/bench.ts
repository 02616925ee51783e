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
      // Providers limit models apart; where one does not, the next model finds out with one attempt.
      return note.scope === 'group' ? 'group' : `model\n${at.model}`;
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

/** What keeps a subject out; of waits that end together the first is named, by every replica. */
const COOLING_CLASSES = ['rate_minute', 'rate_long', 'credit', 'auth', 'target_gone'] as const;

/** The wait that ends last; undefined: none is left. Soft only while no other one is in force that is not. */
export function coolingOf(bench: Bench, nowMs: number): Closed | undefined {
  let closed: Closed | undefined;
  let soft = true;
  for (const kind of COOLING_CLASSES) {
    const cooling = bench.coolings[kind];
    if (!cooling || cooling.untilMs <= nowMs) continue;
    const { untilMs, provenance } = cooling;
    soft = soft && isSoft(kind, cooling);
    if (untilMs > (closed?.untilMs ?? 0))
      closed = { kind: 'closed', reason: `cooling_${kind}`, untilMs, soft, provenance };
  }
  return closed && closed.soft !== soft ? { ...closed, soft } : closed;
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

/**
 * After one more failure. A strike counts only when the previous wait was served, which only its probe has done: calls
 * that were under way all the while say nothing new. A wait is never shortened, and a running one not made longer by a
 * guess of ours. Whoever is trying goes on holding the probe.
 */
export function strikeBench(
  bench: Bench,
  note: FailureNote,
  lease: string | undefined,
  nowMs: number,
): Bench {
  const previous = bench.coolings[note.class];
  const recent = (previous?.strikesMs ?? []).filter((ms) => ms > nowMs - STRIKE_WINDOW_MS);
  const isRunning = previous !== undefined && nowMs < previous.untilMs;
  const isServed = !isRunning && lease !== undefined && Object.hasOwn(bench.probes, lease);
  const strikesMs = previous === undefined || isServed ? [...recent, nowMs].slice(-MAX_STRIKES) : recent;
  const rightAfter =
    isServed &&
    previous?.provenance === 'authoritative' &&
    nowMs - previous.untilMs <= Math.max(RIGHT_AFTER_MS, previous.untilMs - previous.startedMs);
  const untilMs = nowMs + cooldownLength(note, Math.max(1, strikesMs.length), rightAfter);
  const isKept = isRunning && (note.waitMs === undefined || previous.untilMs >= untilMs);
  const cooling: Cooling = isKept
    ? { ...previous, strikesMs }
    : { provenance: note.provenance, untilMs, startedMs: nowMs, strikesMs };
  return { coolings: { ...bench.coolings, [note.class]: cooling }, probes: bench.probes };
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
