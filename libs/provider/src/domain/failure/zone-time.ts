import { wallClockMs } from '@turnpike/kernel';

const DAY_MS = 86_400_000;

/** Wall clock of one instant in a zone, as if it were UTC; undefined for a zone that does not exist. */
function shownMs(instantMs: number, zone: string): number | undefined {
  try {
    return wallClockMs(instantMs, zone);
  } catch {
    return undefined;
  }
}

/** Instant at which a zone's clocks show `wallMs` (a wall clock written as UTC). In a gap of DST: the instant after it. */
export function instantOfWallClock(wallMs: number, zone: string): number | undefined {
  let instantMs = wallMs;
  for (let round = 0; round < 3; round++) {
    const shown = shownMs(instantMs, zone);
    if (shown === undefined) return undefined;
    if (shown === wallMs) return instantMs;
    instantMs += wallMs - shown;
  }
  return instantMs;
}

/** First midnight of `zone` after `nowMs`: 23, 24 or 25 hours after the last one. */
export function nextMidnight(nowMs: number, zone: string): number | undefined {
  const shown = shownMs(nowMs, zone);
  if (shown === undefined) return undefined;
  return instantOfWallClock((Math.floor(shown / DAY_MS) + 1) * DAY_MS, zone);
}

/** Next time that the clocks of `zone` show `minuteOfDay`. */
export function nextTimeOfDay(nowMs: number, minuteOfDay: number, zone: string): number | undefined {
  const shown = shownMs(nowMs, zone);
  if (shown === undefined) return undefined;
  const today = Math.floor(shown / DAY_MS) * DAY_MS + minuteOfDay * 60_000;
  return instantOfWallClock(today > shown ? today : today + DAY_MS, zone);
}
