/** Each step admits twice as many calls as the one before it. */
const STEP_MS = 250;
const FIRST = 2;
/** After so many steps nothing is held back any more. */
const STEPS = 8;

/** A place that has just come back: how many calls it was sent since. */
export interface Ramp {
  readonly sinceMs: number;
  readonly taken: number;
}

const stepOf = ({ sinceMs }: Ramp, nowMs: number): number =>
  Math.max(0, Math.floor((nowMs - sinceMs) / STEP_MS));

/** True once the place is used like any other. */
export const isRampOver = (ramp: Ramp, nowMs: number): boolean => stepOf(ramp, nowMs) >= STEPS;

/** Epoch milliseconds from which one more call may go; `nowMs`: now. The first steps take 2, 4, 8, ... calls. */
export function rampOpensAt(ramp: Ramp, nowMs: number): number {
  const step = stepOf(ramp, nowMs);
  const allowed = FIRST * (2 ** (step + 1) - 1);
  return isRampOver(ramp, nowMs) || ramp.taken < allowed ? nowMs : ramp.sinceMs + (step + 1) * STEP_MS;
}

export const takeFromRamp = (ramp: Ramp): Ramp => ({ sinceMs: ramp.sinceMs, taken: ramp.taken + 1 });
