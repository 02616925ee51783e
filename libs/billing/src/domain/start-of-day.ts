import { wallClockMs } from '@turnpike/kernel';

/** True for names of the IANA database that this runtime knows. Bare offsets are not zones: they know no summer. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_]*(\/[A-Za-z0-9_+-]+){0,2}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** First instant of a day (`2026-11-01`) in a zone; where midnight was skipped, what came instead of it. */
export function startOfDay(date: string, tz: string): number {
  const wanted = Date.parse(`${date}T00:00:00Z`);
  const around = [wanted - 86_400_000, wanted, wanted + 86_400_000];
  const candidates = around.map((ms) => wanted - (wallClockMs(ms, tz) - ms)).sort((a, b) => a - b);
  return candidates.find((ms) => wallClockMs(ms, tz) >= wanted) ?? wanted;
}
