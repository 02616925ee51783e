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

/** What a clock on the wall of the zone shows, as if it were UTC. */
function wallMs(ms: number, tz: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: tz,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms);
  const of = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

/** First instant of a day (`2026-11-01`) in a zone; where midnight was skipped, what came instead of it. */
export function startOfDay(date: string, tz: string): number {
  const wanted = Date.parse(`${date}T00:00:00Z`);
  const around = [wanted - 86_400_000, wanted, wanted + 86_400_000];
  const candidates = around.map((ms) => wanted - (wallMs(ms, tz) - ms)).sort((a, b) => a - b);
  return candidates.find((ms) => wallMs(ms, tz) >= wanted) ?? wanted;
}
