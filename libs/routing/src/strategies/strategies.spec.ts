import fc from 'fast-check';
import { seededRandom } from '@turnpike/kernel';
import { STRATEGIES, type RoutingStrategy } from '.';
import { NO_SIGNALS, type TargetSignals } from '../domain/strategy';
import { target } from '../testing/targets';
import { smoothSchedule } from './weighted/smooth-schedule';

const weights = fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 8 });
const targetsOf = (list: readonly number[]) => list.map((weight, i) => target(`p${i}/m`, ['k'], { weight }));
const names = Object.keys(STRATEGIES) as RoutingStrategy[];

describe.each(names)('contract of %s', (name) => {
  const strategy = STRATEGIES[name];
  const run = (list: readonly number[], turn: number, seed: number) =>
    strategy(targetsOf(list), { turn }, seededRandom(seed));

  it('gives a permutation of its input and leaves the input alone', () => {
    fc.assert(
      fc.property(weights, fc.nat(), fc.integer(), (list, turn, seed) => {
        const targets = Object.freeze(targetsOf(list));
        const ordered = strategy(targets, { turn }, seededRandom(seed));
        expect(ordered).toHaveLength(targets.length);
        expect(new Set(ordered)).toEqual(new Set(targets));
      }),
    );
  });

  it('is the same for the same signals and seed', () => {
    fc.assert(
      fc.property(weights, fc.nat(), fc.integer(), (list, turn, seed) => {
        expect(run(list, turn, seed)).toEqual(run(list, turn, seed));
      }),
    );
  });

  it('makes nothing of nothing', () => expect(strategy([], { turn: 3 }, seededRandom(1))).toEqual([]));
});

describe('what each strategy is for', () => {
  const [a, b, c] = [target('a/m', ['k'], { weight: 5 }), target('b/m'), target('c/m')];
  const first = (name: RoutingStrategy, turn: number, seed = 1) =>
    STRATEGIES[name]([a, b, c], { turn }, seededRandom(seed))[0]?.provider.name;
  const firsts = (name: RoutingStrategy, turns: number) =>
    Array.from({ length: turns }, (_, turn) => first(name, turn, turn));

  it('priority keeps the order of the file', () =>
    expect(new Set(firsts('priority', 9))).toEqual(new Set(['a'])));

  it('round-robin gives each its turn', () => expect(firsts('round-robin', 6).join('')).toBe('abcabc'));

  it('weighted spreads the shares evenly', () =>
    expect(firsts('weighted', 14).join('')).toBe('aabacaaaabacaa'));

  it('weighted tries the others in the order of their own turns', () => {
    const order = STRATEGIES.weighted([a, b, c], { turn: 4 }, seededRandom(1));
    expect(order.map(({ provider }) => provider.name).join('')).toBe('cab');
  });

  it('weighted keeps weight 0 for the end, and file order when all are 0', () => {
    const zero = [0, 1, 2].map((i) => target(`z${i}/m`, ['k'], { weight: i === 2 ? 1 : 0 }));
    const order = (list: typeof zero) =>
      STRATEGIES.weighted(list, { turn: 5 }, seededRandom(1)).map(({ provider }) => provider.name);
    expect(order(zero)).toEqual(['z2', 'z0', 'z1']);
    expect(order(zero.slice(0, 2))).toEqual(['z0', 'z1']);
  });

  it('random begins everywhere about equally often', () => {
    const random = seededRandom(7);
    const counts = new Map<string, number>();
    for (let i = 0; i < 3_000; i++) {
      const name = STRATEGIES.random([a, b, c], { turn: 0 }, random)[0]?.provider.name ?? '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    for (const name of ['a', 'b', 'c']) expect(Math.abs((counts.get(name) ?? 0) - 1_000)).toBeLessThan(120);
  });
});

describe('strategies that look at signals', () => {
  const [a, b, c] = [target('a/m'), target('b/m'), target('c/m')];
  const order = (name: RoutingStrategy, known: Readonly<Record<string, Partial<TargetSignals>>>, seed = 1) =>
    STRATEGIES[name](
      [a, b, c],
      { turn: 0, of: ({ provider }) => ({ ...NO_SIGNALS, ...known[provider.name] }) },
      seededRandom(seed),
    )
      .map(({ provider }) => provider.name)
      .join('');

  it.each<[RoutingStrategy, Readonly<Record<string, Partial<TargetSignals>>>, string]>([
    ['least-busy', { a: { inFlight: 3 }, b: { inFlight: 1 }, c: { inFlight: 2 } }, 'bca'],
    ['least-busy', { a: { inFlight: 1, penalty: 9 }, b: { inFlight: 5 }, c: { inFlight: 8 } }, 'bca'],
    ['lowest-latency', { a: { ttftMs: 900 }, b: { ttftMs: 300 }, c: { ttftMs: 500 } }, 'bca'],
    ['lowest-latency', { a: { ttftMs: 900 }, b: { ttftMs: 300 } }, 'cba'],
    ['lowest-latency', { a: { ttftMs: 400 }, b: { ttftMs: 300, penalty: 10 }, c: { ttftMs: 700 } }, 'acb'],
    ['lowest-cost', { a: { costPicoUsd: 9n }, b: { costPicoUsd: 3n }, c: {} }, 'bac'],
    ['headroom', { a: { headroom: 0.2 }, b: { headroom: 0.9 }, c: { headroom: 0 } }, 'bac'],
    ['headroom', { a: { headroom: 0.2 }, b: { headroom: 0.9 } }, 'cba'],
  ])('%s orders %j as %s', (name, known, wanted) => expect(order(name, known, 4)).toBe(wanted));

  it('among equals the order differs from call to call', () => {
    for (const name of ['least-busy', 'lowest-latency', 'lowest-cost', 'headroom', 'p2c'] as const)
      expect(new Set(Array.from({ length: 60 }, (_, seed) => order(name, {}, seed))).size).toBe(6);
  });

  it('p2c never begins with the busiest of three', () => {
    const known = { a: { inFlight: 1 }, b: { inFlight: 2 }, c: { inFlight: 3 } };
    const firsts = Array.from({ length: 300 }, (_, seed) => order('p2c', known, seed)[0]);
    expect(new Set(firsts)).toEqual(new Set(['a', 'b']));
    expect(firsts.filter((name) => name === 'a').length).toBeGreaterThan(150);
  });

  it('lowest-latency looks elsewhere once in a while', () => {
    const known = { a: { ttftMs: 900 }, b: { ttftMs: 300 }, c: { ttftMs: 500 } };
    const firsts = Array.from({ length: 2_000 }, (_, seed) => order('lowest-latency', known, seed)[0]);
    const elsewhere = firsts.filter((name) => name !== 'b').length;
    expect(elsewhere).toBeGreaterThan(30);
    expect(elsewhere).toBeLessThan(130);
  });
});

describe('a smooth schedule', () => {
  it('gives each index exactly its weight in every period, and never twice in a row without need', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 6 }), (list) => {
        const schedule = [...smoothSchedule(list)];
        const total = list.reduce((sum, weight) => sum + weight, 0);
        list.forEach((weight, i) => {
          const share = schedule.filter((index) => index === i).length;
          expect(share * total).toBe(weight * schedule.length);
        });
        // Whoever holds at most half of the calls never has to be asked three times in a row.
        list.forEach((weight, i) => {
          if (weight * 2 <= total) expect(schedule.join()).not.toContain(`${i},${i},${i}`);
        });
      }),
    );
  });
});
