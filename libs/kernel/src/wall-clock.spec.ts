import { wallClockMs } from './wall-clock';

it.each([
  ['UTC', '2026-11-21T10:00:00Z', '2026-11-21T10:00:00Z'],
  ['Europe/Berlin', '2026-11-21T10:00:00Z', '2026-11-21T11:00:00Z'],
  ['Europe/Berlin', '2026-07-21T22:30:00Z', '2026-07-22T00:30:00Z'],
  ['America/Los_Angeles', '2026-01-01T07:59:59Z', '2025-12-31T23:59:59Z'],
  ['Asia/Kathmandu', '2026-11-21T00:00:00Z', '2026-11-21T05:45:00Z'],
])('the clocks of %s at %s show %s', (zone, instant, shown) => {
  expect(new Date(wallClockMs(Date.parse(instant), zone))).toEqual(new Date(shown));
});

it('refuses a zone that does not exist', () => {
  expect(() => wallClockMs(0, 'Mars/Olympus')).toThrow(RangeError);
});
