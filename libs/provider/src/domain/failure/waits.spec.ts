import fc from 'fast-check';
import { parseDurationMs } from './parse-duration';
import { believable, instantOfNumber, parseIsoInstant } from './parse-instant';
import { headerInstant, readResetHeaders } from './reset-headers';
import { sentenceInstant } from './sentence-wait';
import { instantOfWallClock, nextMidnight, nextTimeOfDay } from './zone-time';

const NOW = Date.parse('2026-05-05T05:05:05Z');
const at = (text: string): number => Date.parse(text);

describe('durations', () => {
  it.each([
    ['20ms', 20],
    ['6m0s', 360_000],
    ['2m59.56s', 179_560],
    ['1h43m56s', 6_236_000],
    ['58 hours.', 208_800_000],
    ['4 days 3 hours 12 minutes', 357_120_000],
    ['2 minutes and 3 seconds', 123_000],
    ['7 s before', 7_000],
    ['13 days', 1_123_200_000],
    ['30 秒后', 30_000],
    ['12', 12_000],
    ['12.5.', 12_500],
    ['3 times', undefined],
    ['2026-05-05', undefined],
    ['soon', undefined],
  ])('%s', (text, ms) => expect(parseDurationMs(text)).toBe(ms));
});

describe('instants', () => {
  it.each([
    [45, NOW + 45_000],
    [1e9, NOW + 1e12],
    [1_777_957_550, 1_777_957_550_000],
    [1_777_957_550_000, 1_777_957_550_000],
    [5e11, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('number %d', (value, expected) => expect(instantOfNumber(value, NOW)).toBe(expected));

  it.each([
    ['2026-05-05T07:00:00Z', at('2026-05-05T07:00:00Z')],
    ['2026-05-05T07:00:00+02:00', at('2026-05-05T05:00:00Z')],
    ['2026-06-01 at 00:00 UTC', at('2026-06-01T00:00:00Z')],
    ['2026-06-01', at('2026-05-31T16:00:00Z')],
    ['2026-05-05 14:05:05', at('2026-05-05T06:05:05Z')],
  ])('%s, Beijing where no offset is given', (text, expected) =>
    expect(parseIsoInstant(text, 'Asia/Shanghai')).toBe(expected),
  );

  it('believes waits of 0 to 32 days', () => {
    expect(believable(NOW, NOW)).toBe(NOW + 1_000);
    expect(believable(NOW - 1, NOW)).toBeUndefined();
    expect(believable(NOW + 33 * 86_400_000, NOW)).toBeUndefined();
    expect(believable(NOW + 20, NOW)).toBe(NOW + 20);
  });

  it.each([
    ['Tue, 05 May 2026 05:06:05 GMT', NOW + 60_000],
    ['5', NOW + 5_000],
    ['7.66s', NOW + 7_660],
    ['', undefined],
    ['-5', undefined],
    ['not-a-number', undefined],
  ])('header %j', (value, expected) => expect(headerInstant(value, NOW)).toBe(expected));

  it('reads only what a bucket at zero says', () => {
    const resets = readResetHeaders(
      {
        'x-ratelimit-remaining-a': '0',
        'x-ratelimit-reset-a': '7s',
        'x-ratelimit-remaining-b': '0',
        'x-ratelimit-reset-b': '9s',
        'x-ratelimit-remaining-c': '1',
        'x-ratelimit-reset-c': '60s',
        'x-ratelimit-reset-d': '30s',
      },
      NOW,
    );
    expect(resets).toEqual({ spentAtMs: NOW + 9_000, unknownAtMs: NOW + 30_000 });
  });
});

describe('sentences', () => {
  it.each([
    ['Limit 30000, Used 1. Please try again in 18.642s.', 18.642],
    ['Rate limit of 10 per 60s exceeded. Please wait 46 seconds before retrying.', 46],
    ['max concurrency: 1, please try again after 3 seconds', 3],
    ['limit reached|1777964705', 7_200],
    ['try again at May 7th, 2026 3:45 PM.', 211_195],
    ["You've hit your limit · resets 3pm (America/Los_Angeles)", 60_895],
    ['请在 30 秒后重试', 30],
    ['您的限额将在 2026-05-05 14:05:05 重置', 3_600],
    ['resets at 2026-05-05T08:05:05Z (2056)', 10_800],
    ['a brief wait', undefined],
    ['created on 2027-01-01', undefined],
    ['at 2026 tokens per minute', undefined],
  ])('%s', (text, seconds) => {
    const instant = sentenceInstant(text, NOW, undefined);
    expect(instant === undefined ? undefined : (instant - NOW) / 1_000).toBe(seconds);
  });
});

describe('zones', () => {
  it.each([
    ['summer', '2026-07-08T19:00:00Z', '2026-07-09T07:00:00Z'],
    ['winter', '2026-01-19T20:00:00Z', '2026-01-20T08:00:00Z'],
    ['the day the clocks go forward', '2026-03-08T08:00:00Z', '2026-03-09T07:00:00Z'],
    ['the day the clocks go back', '2026-11-01T07:00:00Z', '2026-11-02T08:00:00Z'],
    ['midnight itself', '2026-07-08T07:00:00Z', '2026-07-09T07:00:00Z'],
  ])('Pacific midnight in %s', (_name, now, expected) => {
    expect(nextMidnight(at(now), 'America/Los_Angeles')).toBe(at(expected));
  });

  it('knows no zone that does not exist', () => {
    expect(nextMidnight(NOW, 'Nowhere/Else')).toBeUndefined();
    expect(nextTimeOfDay(NOW, 60, 'Nowhere/Else')).toBeUndefined();
    expect(instantOfWallClock(NOW, 'Nowhere/Else')).toBeUndefined();
  });

  it('finds a midnight ahead, within 25 hours, in every zone and season', () => {
    const zones = fc.constantFrom(
      'UTC',
      'America/Los_Angeles',
      'Asia/Shanghai',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
    );
    fc.assert(
      fc.property(fc.integer({ min: 1_600_000_000, max: 2_000_000_000 }), zones, (seconds, zone) => {
        const ahead = (nextMidnight(seconds * 1_000, zone) ?? 0) - seconds * 1_000;
        expect(ahead).toBeGreaterThan(0);
        expect(ahead).toBeLessThanOrEqual(25 * 3_600_000);
      }),
    );
  });
});
