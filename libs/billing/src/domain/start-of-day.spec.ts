import { isTimeZone, startOfDay } from './start-of-day';

test.each([
  ['2026-11-01', 'UTC', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01', 'Europe/Berlin', '2026-10-31T23:00:00.000Z'],
  ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
  ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
  ['2026-07-01', 'America/New_York', '2026-07-01T04:00:00.000Z'],
  ['2026-07-01', 'Asia/Kolkata', '2026-06-30T18:30:00.000Z'],
  ['2026-07-01', 'Pacific/Kiritimati', '2026-06-30T10:00:00.000Z'],
  ['2022-03-27', 'Asia/Beirut', '2022-03-26T22:00:00.000Z'],
  ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
])('%s in %s begins at %s', (date, tz, instant) =>
  expect(new Date(startOfDay(date, tz)).toISOString()).toBe(instant),
);

test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('%s is a zone', (name) =>
  expect(isTimeZone(name)).toBe(true),
);

test.each(['', '+01:00', 'Mars/Olympus', "UTC'; --", 'Europe/Berlin\n'])('%j is none', (name) =>
  expect(isTimeZone(name)).toBe(false),
);
