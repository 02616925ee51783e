import fc from 'fast-check';
import { seededRandom } from '@turnpike/kernel';
import { earliestWake, placeOf } from './domain/plan-candidates';
import { NO_SIZE, type GatedPlace } from './domain/gate';
import type { RoutableTarget } from './domain/types';
import { localGates } from './local-gates';
import { planRoute, type RouteQuestion } from './plan-route';
import { failure } from './testing/targets';
import { target } from './testing/targets';

const T0 = 1_750_000_000_000;

const plan = (targets: readonly RoutableTarget[], more: Partial<RouteQuestion<RoutableTarget>> = {}) =>
  planRoute({
    strategy: 'priority',
    targets,
    look: () => undefined,
    random: seededRandom(1),
    turn: 0,
    ...more,
  });

const names = (targets: readonly RoutableTarget[], more: Partial<RouteQuestion<RoutableTarget>> = {}) =>
  plan(targets, more).candidates.map(({ credential, target: { model } }) => `${credential.id}/${model}`);

const cooling = (
  ...entries: [RoutableTarget, number, Parameters<typeof failure>[0], (number | undefined)?][]
) => {
  const gates = localGates(seededRandom(1));
  for (const [where, index, what, wakeAtMs] of entries) {
    const credential = where.provider.credentials[index];
    if (!credential) continue;
    const place = placeOf({ target: where, credential });
    const pass = { kind: 'pass', place, enteredAtMs: T0, taken: undefined } as const;
    gates.ended(pass, { kind: 'failed', failure: failure(what, { wakeAtMs }), reached: true }, T0);
  }
  return (place: GatedPlace) => gates.look(place, NO_SIZE, T0);
};

describe('a plan', () => {
  const [a, b] = [target('a/m', ['k1', 'k2']), target('b/n')];

  it('has one candidate per credential, adjacent, in file order', () => {
    expect(names([a, b])).toEqual(['a/k1/m', 'a/k2/m', 'b/k1/n']);
    expect(names([a, b], { strategy: 'round-robin', turn: 1 })).toEqual(['b/k1/n', 'a/k1/m', 'a/k2/m']);
  });

  it('drops what cools, with reason and time', () => {
    const look = cooling([a, 0, 'rate_minute', T0 + 9_000], [b, 0, 'credit']);
    const made = plan([a, b], { look });
    expect(names([a, b], { look })).toEqual(['a/k2/m']);
    expect(made.dropped).toEqual([
      { provider: 'a', credential: 'k1', model: 'm', reason: 'cooling_rate_minute', untilMs: T0 + 9_000 },
      { provider: 'b', credential: 'k1', model: 'n', reason: 'cooling_credit', untilMs: T0 + 3_600_000 },
    ]);
    expect(made.earliestWakeMs).toBe(T0 + 9_000);
  });

  it('turns only on the targets that are left', () => {
    const c = target('c/o');
    const look = cooling([b, 0, 'credit']);
    const first = (turn: number) => names([a, b, c], { look, strategy: 'round-robin', turn })[0];
    expect([0, 1, 2, 3].map(first)).toEqual(['a/k1/m', 'c/k1/o', 'a/k1/m', 'c/k1/o']);
  });

  it('keeps the last candidate when its wait is a guess of ours, the one that wakes first', () => {
    const look = cooling([a, 0, 'rate_minute'], [a, 1, 'rate_minute'], [b, 0, 'rate_long']);
    const made = plan([a, b], { look });
    expect(made.candidates).toHaveLength(1);
    expect(made.candidates[0]?.credential.id).toBe('a/k1');
    expect(made.dropped).toHaveLength(2);
  });

  it.each([
    ['a stated wait', 'rate_minute', T0 + 5_000],
    ['an empty account', 'credit', undefined],
    ['a refused key', 'auth', undefined],
    ['a model that is gone', 'target_gone', undefined],
  ] as const)('removes even the last candidate after %s', (_, what, wakeAtMs) => {
    const only = target('a/m');
    const made = plan([only], { look: cooling([only, 0, what, wakeAtMs]) });
    expect(made.candidates).toEqual([]);
    expect(made.cooling).toHaveLength(1);
  });

  it('of no target, or of one without credentials, is empty', () => {
    expect(plan([])).toEqual({ candidates: [], cooling: [], dropped: [] });
    expect(plan([target('a/m', [])]).candidates).toEqual([]);
  });

  it('holds each candidate once, planned or cooling', () => {
    const arbitrary = fc.array(
      fc.record({ keys: fc.integer({ min: 0, max: 3 }), cools: fc.array(fc.boolean(), { maxLength: 3 }) }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(
        arbitrary,
        fc.constantFrom('priority', 'weighted', 'round-robin', 'random'),
        fc.nat(50),
        (shape, strategy, turn) => {
          const targets = shape.map(({ keys }, i) =>
            target(
              `p${i}/m`,
              Array.from({ length: keys }, (_, k) => `k${k}`),
            ),
          );
          const benched = shape.flatMap(({ cools }, i) =>
            cools.flatMap((cool, k): [RoutableTarget, number, 'credit'][] =>
              cool && targets[i] ? [[targets[i], k, 'credit']] : [],
            ),
          );
          const made = plan(targets, { strategy, turn, look: cooling(...benched) });
          const all = [...made.candidates, ...made.cooling.map(({ candidate }) => candidate)].map(
            ({ credential }) => credential.id,
          );
          expect([...all].sort()).toEqual(
            targets.flatMap(({ provider }) => provider.credentials.map(({ id }) => id)).sort(),
          );
          expect(made.dropped).toHaveLength(made.cooling.length);
        },
      ),
    );
  });
});

describe('the earliest recovery of a route', () => {
  it('is the first end of any wait, guesses included', () => {
    const [a, b] = [target('a/m'), target('b/m')];
    const look = cooling([a, 0, 'rate_long', T0 + 60_000], [b, 0, 'rate_minute']);
    expect(earliestWake([a, b], look)).toBe(T0 + 5_000);
    expect(earliestWake([a], look)).toBe(T0 + 60_000);
    expect(earliestWake([target('c/m')], look)).toBeUndefined();
  });
});
