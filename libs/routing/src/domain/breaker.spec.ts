import fc from 'fast-check';
import { afterCall, breakerAt, CLOSED, type BreakerState } from './breaker';

const T0 = 1_700_000_000_000;
const half = (): number => 0.5;
const play = (kinds: string, { stepMs = 100, probe = false, from = CLOSED } = {}): BreakerState =>
  [...kinds].reduce<BreakerState>((state, kind, i) => {
    const nowMs = T0 + i * stepMs;
    return afterCall(
      breakerAt(state, nowMs),
      { kind: kind === 'f' ? 'failure' : 'success', probe },
      nowMs,
      half,
    );
  }, from);

describe('a closed breaker', () => {
  it.each([
    ['four failures in a row', 'ffff', 'closed'],
    ['five failures in a row', 'fffff', 'open'],
    ['a success between them', 'ffffsffff', 'closed'],
    ['half of nineteen', 'fs'.repeat(9) + 'f', 'closed'],
    ['half of twenty', 'fs'.repeat(9) + 'sf', 'open'],
    ['a third of thirty', 'fss'.repeat(10), 'closed'],
  ])('%s', (_, kinds, phase) => expect(play(kinds).phase).toBe(phase));

  it('forgets calls of more than 30 s ago', () =>
    expect(play('fs'.repeat(30), { stepMs: 3_000 }).phase).toBe('closed'));

  it('opens for ten seconds, spread by a fifth', () => {
    for (const [draw, ms] of [
      [0, 8_000],
      [0.5, 10_000],
      [0.999_999_9, 12_000],
    ] as const) {
      const four = play('ffff', { stepMs: 0 });
      expect(afterCall(four, { kind: 'failure', probe: false }, T0, () => draw)).toEqual({
        phase: 'open',
        untilMs: T0 + ms,
        opens: 1,
      });
    }
  });
});

describe('an open breaker', () => {
  const open: BreakerState = { phase: 'open', untilMs: T0 + 10_000, opens: 1 };

  it('hears nothing of calls that began before it opened', () =>
    expect(afterCall(open, { kind: 'success', probe: false }, T0 + 1, half)).toBe(open));

  it('is half-open when its time is over', () => {
    expect(breakerAt(open, T0 + 9_999)).toBe(open);
    expect(breakerAt(open, T0 + 10_000)).toEqual({ phase: 'half-open', successes: 0, opens: 1 });
  });

  it('closes after three successful probes, of which each counts', () => {
    const from = breakerAt(open, T0 + 10_000);
    expect(play('ss', { from, probe: true }).phase).toBe('half-open');
    expect(play('sss', { from, probe: true })).toEqual(CLOSED);
    expect(play('ssssf', { from, probe: false })).toBe(from);
  });

  it('opens for longer with each failed probe, up to five minutes', () => {
    let state: BreakerState = open;
    const lengths: number[] = [];
    for (let i = 0; i < 7; i++) {
      const nowMs = state.phase === 'open' ? state.untilMs : T0;
      state = afterCall(breakerAt(state, nowMs), { kind: 'failure', probe: true }, nowMs, half);
      if (state.phase === 'open') lengths.push((state.untilMs - nowMs) / 1_000);
    }
    expect(lengths).toEqual([20, 40, 80, 160, 300, 300, 300]);
  });
});

it('never opens without a failure, and always closes when every probe succeeds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ failed: fc.boolean(), stepMs: fc.nat(20_000) }), { maxLength: 200 }),
      (calls) => {
        let state: BreakerState = CLOSED;
        let nowMs = T0;
        for (const { failed, stepMs } of calls) {
          nowMs += stepMs;
          const before = breakerAt(state, nowMs);
          state = afterCall(before, { kind: failed ? 'failure' : 'success', probe: true }, nowMs, half);
          if (before.phase === 'closed' && !failed)
            expect(state.phase === 'open' ? before.buckets.length : 1).toBeGreaterThan(0);
          if (state.phase === 'open') expect(state.untilMs - nowMs).toBeLessThanOrEqual(360_000);
        }
        for (let i = 0; i < 3; i++) {
          if (state.phase === 'open') nowMs = state.untilMs;
          state = afterCall(breakerAt(state, nowMs), { kind: 'success', probe: true }, nowMs, half);
        }
        expect(state.phase).toBe('closed');
      },
    ),
  );
});
