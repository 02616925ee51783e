const MINUTE_MS = 60_000;
/** One point is forgotten per this time. */
const DECAY_MS = 2 * MINUTE_MS;
const CAP = 10;
const POINTS = { rate_limited: 3, failed: 1, succeeded: -1 } as const;

/** How badly a (credential, model) has done lately: 0 to 10, for the order of targets. */
export interface Penalty {
  readonly score: number;
  readonly atMs: number;
}

export const NO_PENALTY: Penalty = { score: 0, atMs: 0 };

/** The score at this moment: whole points fall off with time. */
export const penaltyAt = ({ score, atMs }: Penalty, nowMs: number): number =>
  Math.max(0, score - Math.floor(Math.max(0, nowMs - atMs) / DECAY_MS));

/** The score after so many calls. What is left of a two-minute step goes on counting. */
export function penalise(penalty: Penalty, what: keyof typeof POINTS, calls: number, nowMs: number): Penalty {
  const steps = Math.floor(Math.max(0, nowMs - penalty.atMs) / DECAY_MS);
  const score = Math.max(0, Math.min(CAP, penaltyAt(penalty, nowMs) + POINTS[what] * calls));
  const kept = score > 0 && penalty.score > 0;
  return { score, atMs: kept ? penalty.atMs + steps * DECAY_MS : nowMs };
}
