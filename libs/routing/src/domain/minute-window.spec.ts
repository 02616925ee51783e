import fc from 'fast-check';
import { countIn, minuteOpensAt, minuteUse, type MinuteLimits, type MinuteWindow } from './minute-window';

const T0 = 1_700_000_000_000;
const one = (tokens: number) => ({ requests: 1, tokens });

it('counts what began within the last minute, by second', () => {
  let window: MinuteWindow = [];
  for (const s of [0, 0, 5, 59]) window = countIn(window, one(10), T0 + s * 1_000, T0 + s * 1_000);
  expect(window).toHaveLength(3);
  expect([59, 60, 61, 66, 120].map((s) => minuteUse(window, T0 + s * 1_000).requests)).toEqual([
    4, 4, 2, 1, 0,
  ]);
});

it('corrects the tokens of a call where it was counted, and drops the correction with it', () => {
  const window = countIn(countIn([], one(900), T0, T0), { requests: 0, tokens: -800 }, T0, T0 + 9_000);
  expect(minuteUse(window, T0 + 9_000)).toEqual({ requests: 1, tokens: 100 });
  expect(minuteUse(countIn(window, { requests: 0, tokens: 50 }, T0, T0 + 90_000), T0 + 90_000).requests).toBe(
    0,
  );
});

it.each<[string, MinuteLimits, number, number]>([
  ['nothing is limited', {}, 1_000_000, 0],
  ['both fit', { rpm: 3, tpm: 300 }, 100, 0],
  ['the requests are used up', { rpm: 2 }, 1, 61],
  ['the tokens are used up', { tpm: 250 }, 100, 61],
  ['both calls have to go', { tpm: 250 }, 250, 71],
  ['it is larger than the limit', { tpm: 250 }, 9_000, 71],
])('opens when %s', (_, limits, tokens, seconds) => {
  const window = countIn(countIn([], one(100), T0, T0), one(100), T0 + 10_000, T0 + 10_000);
  const nowMs = T0 + 10_000;
  expect(minuteOpensAt(window, limits, tokens, nowMs)).toBe(seconds === 0 ? nowMs : T0 + seconds * 1_000);
});

it('lets no more through than a token bucket or a fixed minute would, and nearly all of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 900 }), (rpm, gapMs) => {
      let window: MinuteWindow = [];
      const sent: number[] = [];
      for (let nowMs = T0; nowMs < T0 + 240_000; nowMs += gapMs) {
        if (minuteOpensAt(window, { rpm }, 1, nowMs) > nowMs) continue;
        window = countIn(window, one(1), nowMs, nowMs);
        sent.push(nowMs);
      }
      for (let i = rpm; i < sent.length; i++)
        expect((sent[i] ?? 0) - (sent[i - rpm] ?? 0)).toBeGreaterThanOrEqual(60_000);
      const wanted = Math.min(240_000 / gapMs, (240 / 61) * rpm);
      expect(sent.length).toBeGreaterThanOrEqual(Math.floor(wanted * 0.95) - 1);
    }),
    { numRuns: 60 },
  );
});
