import fc from 'fast-check';
import type { Closed } from './bench';
import { entry, HERE, note, PlayedGroup, T0 } from '../../testing/groups';
import { FAILURE_CLASSES } from '../../testing/targets';
import { enterGroup } from './enter-group';
import { headroomOf, inOwnClock, isBenched, isCalm, isFixed } from './group-facts';
import { FRESH_GROUP } from './group-state';
import { placeKey } from './place';
import { reportToGroup } from './report-to-group';

const closed = (reason: string): Closed => ({
  kind: 'closed',
  reason,
  untilMs: T0,
  soft: false,
  provenance: 'heuristic',
});

it('times of a store become times of this process', () => {
  const found = closed('recovering');
  expect(inOwnClock(found, { state: FRESH_GROUP, skewMs: 0 })).toBe(found);
  expect(inOwnClock(found, { state: FRESH_GROUP, skewMs: 300 }).untilMs).toBe(T0 - 300);
});

it.each([
  ['cooling_rate_minute', true],
  ['breaker_open', true],
  ['recovering', false],
  ['provider_minute', false],
  ['provider_concurrency', false],
])('a copy is enough to refuse for %s: %s', (reason, fixed) => expect(isFixed(closed(reason))).toBe(fixed));

it('a place is benched while a subject of it or its breaker has something to win by a success', () => {
  const other = { credentialId: 'a/k2', model: 'n' };
  const seen = (group: PlayedGroup) =>
    [HERE, other].map((place) => isBenched(group.state, place, placeKey(place)));
  expect(seen(new PlayedGroup())).toEqual([false, false]);
  expect(seen(new PlayedGroup().succeed())).toEqual([false, false]);
  expect(seen(new PlayedGroup().fail(note('rate_minute')))).toEqual([true, true]);
  expect(seen(new PlayedGroup().fail(note('auth')))).toEqual([true, false]);
  const failing = new PlayedGroup();
  for (let i = 0; i < 5; i++) failing.fail(note('server'));
  expect(seen(failing)).toEqual([true, false]);
});

it('a calm place lets everybody in and gives nothing away', () => {
  const told = fc.oneof(
    fc.constantFrom('succeed', 'settle', 'wait', 'enter' as const),
    fc.constantFrom(...FAILURE_CLASSES),
  );
  const other = { credentialId: 'a/k2', model: 'n' };
  let calm = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(told, fc.boolean()), { maxLength: 12 }), (events) => {
      const group = new PlayedGroup();
      events.forEach(([what, isOther], i) => {
        const place = isOther ? other : HERE;
        if (what === 'wait') group.wait(11_000);
        else if (what === 'enter') group.enter(`c${i}`, { place });
        else if (what === 'settle') group.settle(`c${i - 1}`);
        else if (what === 'succeed') group.prove(100, `c${i - 1}`, place).succeed(1, place);
        else group.fail(note(what), `c${i - 1}`, place);
        if (!isCalm(group.state, placeKey(HERE))) return;
        calm++;
        const answer = enterGroup(group.state, entry('trial'), group.nowMs);
        expect(answer.kind === 'entered' && answer.state).toBe(group.state);
      });
    }),
  );
  expect(calm).toBeGreaterThan(100);
});

describe('what is left of a provider', () => {
  const limits = { rpm: 10, tpm: 10_000, concurrency: 4 };

  it('is unknown where nobody has stated a limit', () =>
    expect(headroomOf(new PlayedGroup().fail(note('server')).state, HERE, undefined, T0)).toBeUndefined());

  it('is the tightest share of all limits', () => {
    const group = new PlayedGroup();
    expect(headroomOf(group.state, HERE, limits, T0)).toBe(1);
    group.enter('a', { limits });
    expect(headroomOf(group.state, HERE, limits, T0)).toBe(0.75);
    expect(headroomOf(group.state, HERE, limits, T0 + 30_000)).toBe(0.9);
    expect(headroomOf(group.state, HERE, limits, T0 + 61_000)).toBe(1);
  });

  it('is that of the model, where headers said so', () => {
    const buckets = [
      {
        bucket: 'requests',
        unit: 'requests',
        limit: 10,
        remaining: 2,
        waitMs: 1_000,
        periodMs: 60_000,
        refill: 'window',
      },
    ] as const;
    const state = reportToGroup(FRESH_GROUP, { kind: 'read', model: 'm', buckets }, T0);
    expect(headroomOf(state, HERE, limits, T0)).toBe(0.2);
    expect(headroomOf(state, HERE, undefined, T0 + 1_000)).toBe(1);
    expect(headroomOf(state, { ...HERE, model: 'n' }, undefined, T0)).toBeUndefined();
  });
});
