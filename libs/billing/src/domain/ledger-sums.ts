import type { PicoUsd } from '@turnpike/kernel';
import type { AttemptEntry, CallEntry } from './ledger';

/** Sums that stand beside the lines. They are taken from the lines, so that lines = attempt = call holds by making. */
export const attemptCost = (attempt: AttemptEntry): PicoUsd =>
  attempt.lines.reduce((sum, line) => sum + line.costPicoUsd, 0n);

export const callCost = (call: CallEntry): PicoUsd =>
  call.attempts.reduce((sum, attempt) => sum + attemptCost(attempt), 0n);

/** What caching saved (negative while writes outweigh reads). */
export const attemptCacheSavings = (attempt: AttemptEntry): PicoUsd =>
  attempt.lines.reduce(
    (sum, line) =>
      line.uncachedCostPicoUsd === undefined ? sum : sum + line.uncachedCostPicoUsd - line.costPicoUsd,
    0n,
  );
