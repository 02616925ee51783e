const SCHEDULES = new Map<string, Uint16Array>();
const MAX_SCHEDULES = 1_000;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

function computeSchedule(weights: readonly number[]): Uint16Array {
  const divisor = weights.reduce(gcd, 0);
  if (divisor === 0) return new Uint16Array();
  const reduced = weights.map((weight) => weight / divisor);
  const total = reduced.reduce((sum, weight) => sum + weight, 0);
  const credits = reduced.map(() => 0);
  return Uint16Array.from({ length: total }, () => {
    let best = 0;
    reduced.forEach((weight, i) => {
      const credit = (credits[i] ?? 0) + weight;
      credits[i] = credit;
      if (credit > (credits[best] ?? 0)) best = i;
    });
    credits[best] = (credits[best] ?? 0) - total;
    return best;
  });
}

/**
 * Indices of one whole period, as nginx spaces them: 5, 1, 1 gives 0 0 1 0 2 0 0. Weights are whole numbers; empty
 * when all are 0. Remembered per list of weights, because a period can be thousands of turns long.
 */
export function smoothSchedule(weights: readonly number[]): Uint16Array {
  const key = weights.join();
  const known = SCHEDULES.get(key);
  if (known) return known;
  const schedule = computeSchedule(weights);
  if (SCHEDULES.size >= MAX_SCHEDULES) SCHEDULES.clear();
  SCHEDULES.set(key, schedule);
  return schedule;
}
