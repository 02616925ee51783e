import { HERE, note, PlayedGroup, T0 } from '../../testing/groups';
import { FRESH_GROUP } from './group-state';
import { reportToGroup } from './report-to-group';
import { boundGroup, isGroupEmpty, MAX_MEMBERS, tidyGroup } from './tidy-group';

const HOUR = 3_600_000;

it('keeps everything that is in force and drops it when it is over', () => {
  const group = new PlayedGroup(
    reportToGroup(
      FRESH_GROUP,
      {
        kind: 'read',
        model: 'm',
        buckets: [
          {
            bucket: 'requests',
            unit: 'requests',
            limit: 9,
            remaining: 1,
            waitMs: 60_000,
            periodMs: 60_000,
            refill: 'window',
          },
        ],
      },
      T0,
    ),
  );
  group.enter('a', { limits: { concurrency: 9 } });
  group.fail(note('rate_minute'));
  for (let i = 0; i < 5; i++) group.fail(note('server'));
  expect(tidyGroup(group.state, T0)).toEqual(group.state);
  const later = tidyGroup(group.state, T0 + 61_000);
  expect([later.buckets, later.calls]).toEqual([{}, {}]);
  // The bench for its strike, the breaker for how often it opened.
  expect([Object.keys(later.benches), Object.keys(later.breakers)].map(({ length }) => length)).toEqual([
    1, 1,
  ]);
  expect(isGroupEmpty(tidyGroup(group.state, T0 + 25 * HOUR))).toBe(true);
});

it.each([
  ['calls under way', (group: PlayedGroup) => group.enter('a', { limits: { concurrency: 1 } })],
  ['calls of this minute', (group: PlayedGroup) => group.enter('a', { limits: { rpm: 1 } })],
  ['a bench', (group: PlayedGroup) => group.fail(note('credit'))],
  ['a penalty', (group: PlayedGroup) => group.fail(note('target_gone'))],
  ['a breaker', (group: PlayedGroup) => group.succeed()],
])('a group with %s is not empty', (_, tell) => {
  const group = new PlayedGroup();
  expect(isGroupEmpty(group.state)).toBe(true);
  tell(group);
  expect(isGroupEmpty(tidyGroup(group.state, T0))).toBe(false);
});

describe('a group that clients fill with model names', () => {
  const group = new PlayedGroup();
  const tell = (what: Parameters<typeof note>[0], model: string): void => {
    const before = group.state;
    group.fail(note(what), undefined, { credentialId: HERE.credentialId, model });
    group.state = boundGroup(before, group.state);
  };
  for (let i = 0; i < MAX_MEMBERS + 100; i++) tell('target_gone', `m${i}`);

  it('stays bounded', () => {
    const { benches, penalties } = group.state;
    expect([benches, penalties].map((each) => Object.keys(each).length)).toEqual([MAX_MEMBERS, MAX_MEMBERS]);
  });

  it('still hears of those it knows, of its credentials and of itself', () => {
    tell('rate_minute', 'm0');
    tell('auth', 'm1');
    expect(group.waitOf({ place: { ...HERE, model: 'm5' } })).toBe(3_600);
    expect(Object.keys(group.state.benches)).toHaveLength(MAX_MEMBERS + 2);
    expect([group.enter('a'), group.enter('b', { place: { credentialId: 'a/k2', model: 'new' } })]).toEqual([
      'cooling_auth',
      'cooling_rate_minute',
    ]);
  });

  it('and one kind of fact does not keep out another', () => {
    for (let i = 0; i < 5; i++) tell('server', 'm');
    expect(group.state.breakers).toMatchObject({ 'a/k1\nm': { phase: 'open' } });
  });
});
