import fc from 'fast-check';
import { RedisBreaker } from './redis-breaker';

const broken = (atMs = 0): RedisBreaker => {
  const breaker = new RedisBreaker();
  for (let i = 0; i < 3; i++) breaker.failed(atMs);
  return breaker;
};

describe('RedisBreaker', () => {
  it('lives through single failures', () => {
    const breaker = new RedisBreaker();
    for (let i = 0; i < 10; i++) {
      breaker.failed(0);
      breaker.failed(0);
      breaker.succeeded();
      expect(breaker.admits(0)).toBe(true);
    }
  });

  it('asks nobody for a second after three in a row, then lets one command try', () => {
    const breaker = broken(10_000);
    expect([breaker.closed, breaker.admits(10_999)]).toEqual([false, false]);
    expect([breaker.admits(11_000), breaker.admits(11_000)]).toEqual([true, false]);
  });

  it('counts a moment of silence once, however many commands it befell', () => {
    const breaker = new RedisBreaker();
    for (let i = 0; i < 20; i++) breaker.failed(1_050, 1_000 + i);
    expect(breaker.closed).toBe(true);
    breaker.failed(1_110, 1_060);
    breaker.failed(1_170, 1_120);
    expect(breaker.closed).toBe(false);
  });

  it('waits again when the try fails, and is whole when it succeeds', () => {
    const breaker = broken();
    breaker.admits(1_000);
    breaker.failed(1_500);
    expect([breaker.admits(2_499), breaker.admits(2_500)]).toEqual([false, true]);
    breaker.succeeded();
    expect([breaker.closed, breaker.admits(2_500), breaker.admits(2_500)]).toEqual([true, true, true]);
  });

  it('never keeps everybody out for longer than its pause', () => {
    const step = fc.tuple(fc.constantFrom('ask', 'wait'), fc.boolean(), fc.nat(400));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const breaker = new RedisBreaker();
        let nowMs = 0;
        let refusedSinceMs: number | undefined;
        for (const [kind, good, waitMs] of steps) {
          nowMs += waitMs;
          if (kind === 'wait') continue;
          if (!breaker.admits(nowMs)) {
            refusedSinceMs ??= nowMs;
            expect(nowMs - refusedSinceMs).toBeLessThan(1_000);
            continue;
          }
          refusedSinceMs = undefined;
          if (good) breaker.succeeded();
          else breaker.failed(nowMs);
        }
      }),
    );
  });
});
