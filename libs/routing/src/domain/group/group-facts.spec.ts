import type { Closed } from './bench';
import { HERE, note, PlayedGroup, T0 } from '../../testing/groups';
import { headroomOf, inOwnClock, isBenched, isFixed } from './group-facts';
import { FRESH_GROUP } from './group-state';
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
  const seen = (group: PlayedGroup) => [isBenched(group.state, HERE), isBenched(group.state, other)];
  expect(seen(new PlayedGroup())).toEqual([false, false]);
  expect(seen(new PlayedGroup().succeed())).toEqual([false, false]);
  expect(seen(new PlayedGroup().fail(note('rate_minute')))).toEqual([true, true]);
  expect(seen(new PlayedGroup().fail(note('auth')))).toEqual([true, false]);
  const failing = new PlayedGroup();
  for (let i = 0; i < 5; i++) failing.fail(note('server'));
  expect(seen(failing)).toEqual([true, false]);
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
