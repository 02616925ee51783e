import type { AttemptEntry, CallEntry, Meter } from '@turnpike/billing';

/** Every measure of a report as plain sums, counted from the entries by other means than the product's SQL. */
export interface Sums {
  calls: number;
  attempts: number;
  cost: bigint;
  waste: bigint;
  estimated: bigint;
  savings: bigint;
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
  unpricedCalls: number;
}

const nothing = (): Sums => ({
  calls: 0,
  attempts: 0,
  cost: 0n,
  waste: 0n,
  estimated: 0n,
  savings: 0n,
  input: 0,
  cacheRead: 0,
  cacheWrite: 0,
  output: 0,
  reasoning: 0,
  unpricedCalls: 0,
});

export type Group = (call: CallEntry, attempt: AttemptEntry | undefined, atMs: number) => string;

const CACHE: readonly Meter[] = ['cache_read', 'cache_write_5m', 'cache_write_1h'];

function addAttempt(sums: Sums, attempt: AttemptEntry): void {
  let cost = 0n;
  for (const line of attempt.lines) {
    cost += line.costPicoUsd;
    if (CACHE.includes(line.meter)) sums.savings += (line.uncachedCostPicoUsd ?? 0n) - line.costPicoUsd;
  }
  sums.attempts += 1;
  sums.cost += cost;
  if (attempt.waste) sums.waste += cost;
  if (attempt.state === 'estimated') sums.estimated += cost;
  if (!attempt.usage) return;
  const { usage } = attempt;
  sums.input += usage.input;
  sums.cacheRead += usage.cacheRead;
  sums.cacheWrite += usage.cacheWrite5m + usage.cacheWrite1h + usage.cacheWriteUnknownTtl;
  sums.output += usage.output;
  sums.reasoning += usage.reasoning;
}

/** Sums per group name of what began in the half-open interval. */
export function countReport(
  calls: readonly CallEntry[],
  fromMs: number,
  toMs: number,
  group: Group,
): Map<string, Sums> {
  const groups = new Map<string, Sums>();
  const sumsOf = (name: string): Sums => {
    const sums = groups.get(name) ?? nothing();
    groups.set(name, sums);
    return sums;
  };
  const within = (ms: number): boolean => ms >= fromMs && ms < toMs;
  for (const call of calls) {
    for (const attempt of call.attempts) {
      if (within(attempt.startedAtMs)) addAttempt(sumsOf(group(call, attempt, attempt.startedAtMs)), attempt);
    }
    const last = call.attempts.at(-1);
    const countedAtMs = last?.startedAtMs ?? call.startedAtMs;
    if (!within(countedAtMs)) continue;
    const sums = sumsOf(group(call, last, countedAtMs));
    sums.calls += 1;
    if (call.attempts.some((attempt) => attempt.unpriced)) sums.unpricedCalls += 1;
  }
  return groups;
}
