import fc from 'fast-check';
import {
  afterBreakerFailure,
  afterBreakerSuccess,
  BREAKER_PROBES,
  breakerAt,
  CLOSED,
  enterBreaker,
  isBreakerFresh,
  releaseBreaker,
  type BreakerState,
} from './breaker';
import { LEASE_MS } from './group/probes';

const T0 = 1_700_000_000_000;
const MINUTE = 60_000;
const DRAW = 0.5;

/** Calls one after the other that nobody had to be let in for. */
const play = (kinds: string, { stepMs = 100, from = CLOSED } = {}): BreakerState =>
  [...kinds].reduce<BreakerState>((state, kind, i) => {
    const nowMs = T0 + i * stepMs;
    return kind === 'f'
      ? afterBreakerFailure(state, undefined, nowMs, DRAW)
      : afterBreakerSuccess(state, undefined, 1, nowMs);
  }, from);

/** Lets a call in; fails when it is refused. */
function letIn(state: BreakerState, lease: string, nowMs: number): BreakerState {
  const entered = enterBreaker(state, lease, nowMs);
  if ('state' in entered) return entered.state;
  throw new Error(`refused, ${entered.phase}`);
}

const isLetIn = (state: BreakerState, nowMs: number): boolean =>
  'state' in enterBreaker(state, 'trial', nowMs);

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

  it('counts a row however slowly it comes, but not across an hour without a call', () => {
    expect(play('fffff', { stepMs: 2 * MINUTE }).phase).toBe('open');
    expect(play('fffff', { stepMs: 61 * MINUTE }).phase).toBe('closed');
  });

  it('counts successes that are told together', () => {
    const four = play('ffff');
    expect(play('ffff', { from: afterBreakerSuccess(four, undefined, 1, T0 + 400) }).phase).toBe('closed');
    const many = afterBreakerSuccess(CLOSED, undefined, 90, T0);
    expect(play('fffs'.repeat(6), { from: many }).phase).toBe('closed');
    expect(play('fffs'.repeat(6)).phase).toBe('open');
  });

  it('opens for ten seconds, spread by a fifth', () => {
    for (const [draw, ms] of [
      [0, 8_000],
      [0.5, 10_000],
      [0.999_999_9, 12_000],
    ] as const) {
      const four = play('ffff', { stepMs: 0 });
      expect(afterBreakerFailure(four, undefined, T0, draw)).toEqual({
        phase: 'open',
        untilMs: T0 + ms,
        opens: 1,
      });
    }
  });

  it('lets everybody in and takes nothing', () => expect(letIn(CLOSED, 'a', T0)).toBe(CLOSED));

  it('is fresh when neither calls nor a row nor a ramp count any more', () => {
    const freshAfter = (state: BreakerState, ms: number) => isBreakerFresh(state, T0 + ms);
    expect([29_999, 30_000].map((ms) => freshAfter(play('s', { stepMs: 0 }), ms))).toEqual([false, true]);
    expect([59 * MINUTE, 61 * MINUTE].map((ms) => freshAfter(play('f', { stepMs: 0 }), ms))).toEqual([
      false,
      true,
    ]);
    const back: BreakerState = {
      ...CLOSED,
      phase: 'closed',
      buckets: [],
      failuresInARow: 0,
      ramp: { sinceMs: T0, taken: 0 },
    };
    expect([1_999, 2_000].map((ms) => freshAfter(back, ms))).toEqual([false, true]);
    const open: BreakerState = { phase: 'open', untilMs: T0, opens: 1 };
    expect([59 * MINUTE, 61 * MINUTE].map((ms) => freshAfter(open, ms))).toEqual([false, true]);
    const probed = letIn(open, 'p', T0 + 60 * MINUTE);
    expect([60 * MINUTE, 61 * MINUTE].map((ms) => freshAfter(probed, ms))).toEqual([false, true]);
  });
});

describe('an open breaker', () => {
  const open: BreakerState = { phase: 'open', untilMs: T0 + 10_000, opens: 1 };
  const halfOpen = breakerAt(open, T0 + 10_000);

  it('hears nothing of calls that began before it opened', () => {
    expect(afterBreakerSuccess(open, undefined, 1, T0 + 1)).toBe(open);
    expect(afterBreakerFailure(open, undefined, T0 + 1, DRAW)).toBe(open);
  });

  it('refuses until its time is over and is half-open then', () => {
    expect(breakerAt(open, T0 + 9_999)).toBe(open);
    expect(enterBreaker(open, 'a', T0 + 9_999)).toEqual({ phase: 'open', opensMs: T0 + 10_000 });
    expect(halfOpen).toEqual({
      phase: 'half-open',
      probes: {},
      successes: 0,
      opens: 1,
      untilMs: T0 + 10_000,
    });
  });

  it('lets three probes in at once, and another when one has ended or died', () => {
    const at = T0 + 10_000;
    let state: BreakerState = open;
    for (const lease of ['a', 'b', 'c']) state = letIn(state, lease, at);
    expect(enterBreaker(state, 'd', at)).toEqual({ phase: 'half-open', opensMs: at + 250 });
    expect(isLetIn(releaseBreaker(state, 'a'), at)).toBe(true);
    expect(isLetIn(releaseBreaker(state, 'nobody'), at)).toBe(false);
    expect([LEASE_MS - 1, LEASE_MS].map((ms) => isLetIn(state, at + ms))).toEqual([false, true]);
  });

  it('closes after three successful probes, each of which counts once', () => {
    const at = T0 + 10_000;
    let state = halfOpen;
    for (const lease of ['a', 'b', 'c']) {
      state = letIn(state, lease, at);
      expect(state.phase).toBe('half-open');
      state = afterBreakerSuccess(state, lease, 1, at);
      if (lease !== 'c') expect(afterBreakerSuccess(state, lease, 1, at)).toBe(state);
    }
    expect(state).toEqual({ ...CLOSED, ramp: { sinceMs: at, taken: 0 } });
  });

  it('half-open it hears of nobody but its probes', () => {
    expect(play('ssssf', { from: halfOpen })).toBe(halfOpen);
    expect(afterBreakerFailure(halfOpen, 'stranger', T0 + 10_000, DRAW)).toBe(halfOpen);
    for (const name of ['constructor', '__proto__']) {
      expect(afterBreakerSuccess(halfOpen, name, 1, T0 + 10_000)).toBe(halfOpen);
      expect(afterBreakerFailure(halfOpen, name, T0 + 10_000, DRAW)).toBe(halfOpen);
    }
  });

  it('lets calls come back step by step when it has closed', () => {
    const at = T0 + 10_000;
    let state = ['a', 'b', 'c'].reduce(
      (each, lease) => afterBreakerSuccess(letIn(each, lease, at), lease, 1, at),
      halfOpen,
    );
    for (const lease of ['d', 'e']) state = letIn(state, lease, at);
    expect(enterBreaker(state, 'f', at)).toEqual({ phase: 'closed', opensMs: at + 250 });
    expect(isLetIn(state, at + 250)).toBe(true);
    expect(isLetIn(afterBreakerSuccess(state, undefined, 9, at + 1), at + 1)).toBe(false);
  });

  it('opens for longer with each failed probe, up to five minutes, and shorter again once it has closed', () => {
    let state: BreakerState = open;
    const lengths: number[] = [];
    for (let i = 0; i < 7; i++) {
      const nowMs = state.phase === 'open' ? state.untilMs : T0;
      state = afterBreakerFailure(letIn(state, 'p', nowMs), 'p', nowMs, DRAW);
      if (state.phase === 'open') lengths.push((state.untilMs - nowMs) / 1_000);
    }
    expect(lengths).toEqual([20, 40, 80, 160, 300, 300, 300]);
  });
});

it('never opens without a failure, holds three probes at most, and always closes when every probe succeeds', () => {
  const event = fc.record({
    kind: fc.constantFrom('enter', 'fail', 'succeed', 'release', 'stray'),
    stepMs: fc.nat(20_000),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      let state: BreakerState = CLOSED;
      let nowMs = T0;
      const flying: string[] = [];
      events.forEach(({ kind, stepMs }, i) => {
        nowMs += stepMs;
        const [old, before] = [state, breakerAt(state, nowMs)];
        if (kind === 'enter') {
          const entered = enterBreaker(state, `c${i}`, nowMs);
          expect('state' in entered).toBe(before.phase !== 'open' && 'state' in entered);
          if ('state' in entered) {
            state = entered.state;
            flying.push(`c${i}`);
          } else expect(entered.opensMs).toBeGreaterThan(nowMs);
        } else if (kind === 'stray') state = afterBreakerFailure(state, undefined, nowMs, DRAW);
        else {
          const lease = flying.shift();
          if (kind === 'fail') state = afterBreakerFailure(state, lease, nowMs, DRAW);
          else if (kind === 'succeed') state = afterBreakerSuccess(state, lease, 1, nowMs);
          else if (lease) state = releaseBreaker(state, lease);
        }
        if (state !== old && state.phase === 'open') expect(['fail', 'stray']).toContain(kind);
        if (state.phase === 'open') expect(state.untilMs - nowMs).toBeLessThanOrEqual(360_000);
        if (state.phase === 'half-open') {
          const held = Object.values(state.probes).filter((untilMs) => untilMs > nowMs);
          expect(held.length).toBeLessThanOrEqual(BREAKER_PROBES);
        }
      });
      nowMs += 400_000;
      for (let i = 0; i < 3; i++)
        state = afterBreakerSuccess(letIn(state, `last${i}`, nowMs), `last${i}`, 1, nowMs);
      expect(state.phase).toBe('closed');
    }),
  );
});
