const formats = new Map<string, Intl.DateTimeFormat>();

/** Kept, because making one is the slow part; by lower case, so that there are no more than zones. @throws RangeError */
function formatOf(zone: string): Intl.DateTimeFormat {
  const key = zone.toLowerCase();
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(key, format);
  }
  return format;
}

/**
 * What a clock on the wall of the zone shows at an instant, as if it were UTC, in milliseconds.
 * @throws RangeError for a zone that does not exist.
 */
export function wallClockMs(instantMs: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(instantMs);
  const shown = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
