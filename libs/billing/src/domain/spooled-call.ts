import { isObject } from '@turnpike/kernel';
import type { AttemptEntry, CallEntry, ChargeLine } from './ledger';

/** Same shape with money as text: JSON has no integers of this size. */
type Spooled<T> = T extends bigint ? string : T extends object ? { [K in keyof T]: Spooled<T[K]> } : T;

/** One line of a spool. `error`: why the store refused this call. */
export function encodeSpooledCall(call: CallEntry, error?: string): string {
  return JSON.stringify({ error, call }, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

const reviveLine = (line: Spooled<ChargeLine>): ChargeLine => ({
  ...line,
  costPicoUsd: BigInt(line.costPicoUsd),
  uncachedCostPicoUsd: line.uncachedCostPicoUsd === undefined ? undefined : BigInt(line.uncachedCostPicoUsd),
});

const reviveAttempt = (attempt: Spooled<AttemptEntry>): AttemptEntry => ({
  ...attempt,
  costPicoUsd: BigInt(attempt.costPicoUsd),
  lines: attempt.lines.map(reviveLine),
});

/** undefined: the line is no spooled call. */
export function decodeSpooledCall(text: string): CallEntry | undefined {
  try {
    const line: unknown = JSON.parse(text);
    if (!isObject(line) || !isObject(line['call'])) return undefined;
    const call = line['call'] as unknown as Spooled<CallEntry>;
    return { ...call, costPicoUsd: BigInt(call.costPicoUsd), attempts: call.attempts.map(reviveAttempt) };
  } catch {
    return undefined;
  }
}
