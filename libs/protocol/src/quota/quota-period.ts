const PERIODS_MS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
};
const UNITS_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const NAMED = /(?:^|_)(second|minute|hour|day|week|month)(?:_|$)/;
const COUNTED = /^(\d{1,6})([mhd])(?:_|$)/;

/** Time over which a bucket's limit is granted, which its name says: one that fills steadily is full after it. */
export function quotaPeriodMs(bucket: string): number {
  const [, count, unit = ''] = COUNTED.exec(bucket) ?? [];
  if (count !== undefined) return Number(count) * (UNITS_MS[unit] ?? 0);
  return PERIODS_MS[NAMED.exec(bucket)?.[1] ?? 'minute'] ?? 0;
}
