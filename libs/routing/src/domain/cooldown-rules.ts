import type { FailureNote } from './group/place';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Strikes older than this no longer count. */
export const STRIKE_WINDOW_MS = 24 * HOUR_MS;

const LADDER_MS = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS];
const UNREADABLE_CAP_MS = 2 * MINUTE_MS;
const CREDIT_MS = HOUR_MS;
const AUTH_MS = 10 * MINUTE_MS;
const TARGET_GONE_MS = HOUR_MS;
const LONG_WINDOW_MS = 10 * MINUTE_MS;

const rung = (strikes: number): number => LADDER_MS[Math.min(strikes, LADDER_MS.length) - 1] ?? SECOND_MS;

/**
 * How long to stay away, in milliseconds. `strikes` counts this failure. `rightAfter`: the previous stated wait was
 * served and refused again at once, which means that it was too short.
 */
export function cooldownLength(note: FailureNote, strikes: number, rightAfter: boolean): number {
  const { waitMs } = note;
  if (waitMs !== undefined) return note.class === 'rate_minute' && rightAfter ? 2 * waitMs : waitMs;
  switch (note.class) {
    case 'rate_minute':
      return note.readable ? rung(strikes) : Math.min(rung(strikes), UNREADABLE_CAP_MS);
    case 'rate_long':
      return Math.max(LONG_WINDOW_MS, rung(strikes));
    case 'credit':
      return CREDIT_MS;
    case 'auth':
      return AUTH_MS;
    case 'target_gone':
      return TARGET_GONE_MS;
    default:
      return 0;
  }
}
