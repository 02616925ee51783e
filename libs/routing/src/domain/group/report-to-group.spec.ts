import { minuteUse } from '../minute-window';
import { penaltyAt } from '../penalty';
import { HERE, note, PlayedGroup, T0 } from '../../testing/groups';
import { FAILURE_CLASSES } from '../../testing/targets';
import { FRESH_GROUP } from './group-state';
import { placeKey } from './place';
import { reportToGroup } from './report-to-group';

const KEY = placeKey(HERE);
const SECOND = 1_000;
const breakerOf = ({ state }: PlayedGroup) => state.breakers[KEY];
const penaltyOf = ({ state, nowMs }: PlayedGroup): number => {
  const penalty = state.penalties[KEY];
  return penalty ? penaltyAt(penalty, nowMs) : 0;
};

describe('a failure', () => {
  it('trips the breaker of its place when it is one of the provider, a refusal never', () => {
    const after = (what: (typeof FAILURE_CLASSES)[number]) => {
      const group = new PlayedGroup();
      for (let i = 0; i < 9; i++) group.fail(note(what));
      return breakerOf(group)?.phase ?? 'closed';
    };
    const tripped = FAILURE_CLASSES.filter((what) => after(what) === 'open');
    expect(tripped).toEqual(['overload', 'server']);
  });

  it('of another credential or model trips nothing here', () => {
    const group = new PlayedGroup();
    for (let i = 0; i < 9; i++) group.fail(note('server'), undefined, { credentialId: 'a/k2', model: 'm' });
    expect([group.enter('a'), group.enter('b', { place: { credentialId: 'a/k2', model: 'm' } })]).toEqual([
      'in',
      'breaker_open',
    ]);
  });

  it.each([
    ['rate_minute', 3],
    ['rate_long', 3],
    ['credit', 3],
    ['overload', 1],
    ['server', 1],
    ['auth', 1],
    ['target_gone', 1],
    ['context_length', 0],
    ['content_filter', 0],
    ['caller', 0],
    ['auxiliary', 0],
  ] as const)('%s weighs %d', (what, points) =>
    expect(penaltyOf(new PlayedGroup().fail(note(what)))).toBe(points),
  );

  it('of a probe opens the breaker for longer; of anybody else half-open it says nothing', () => {
    const group = new PlayedGroup();
    for (let i = 0; i < 5; i++) group.fail(note('server'));
    group.wait(10 * SECOND).enter('p');
    group.fail(note('server'), 'stranger');
    expect(breakerOf(group)?.phase).toBe('half-open');
    group.fail(note('overload'), 'p');
    expect([breakerOf(group)?.phase, group.waitOf()]).toEqual(['open', 20]);
  });

  it('for another reason gives the probe of a breaker back', () => {
    const group = new PlayedGroup();
    for (let i = 0; i < 5; i++) group.fail(note('server'));
    group.wait(10 * SECOND);
    for (const lease of ['p', 'q', 'r']) group.enter(lease);
    expect(group.enter('s')).toBe('breaker_open');
    group.fail(note('rate_minute', { waitMs: 1 }), 'p').wait(1);
    expect(group.enter('s')).toBe('in');
  });
});

describe('a success', () => {
  it('takes a point off for each call, however many are told together', () => {
    const group = new PlayedGroup().fail(note('rate_minute')).fail(note('rate_minute'));
    expect([penaltyOf(group), penaltyOf(group.succeed(2)), penaltyOf(group.succeed(50))]).toEqual([6, 4, 0]);
    expect(group.state.penalties).toEqual({});
  });

  it('ends a row of failures', () => {
    const group = new PlayedGroup();
    for (let i = 0; i < 4; i++) group.fail(note('server'));
    group.succeed();
    for (let i = 0; i < 4; i++) group.fail(note('server'));
    expect(breakerOf(group)?.phase).toBe('closed');
  });

  it('clears no cooldown: that is what a proof does', () =>
    expect(new PlayedGroup().fail(note('rate_minute')).succeed().waitOf()).toBe(5));
});

it('three proofs close a breaker, and everybody comes back step by step', () => {
  const group = new PlayedGroup();
  for (let i = 0; i < 5; i++) group.fail(note('server'));
  group.wait(10 * SECOND);
  for (const lease of ['p', 'q', 'r']) group.enter(lease);
  for (const lease of ['p', 'p', 'q']) group.prove(100, lease);
  expect(breakerOf(group)?.phase).toBe('half-open');
  group.prove(100, 'r');
  expect(breakerOf(group)).toMatchObject({ phase: 'closed', ramp: { taken: 0 } });
  expect(['s', 't', 'u'].map((lease) => group.enter(lease))).toEqual(['in', 'in', 'recovering']);
});

describe('a settlement', () => {
  const limits = { rpm: 10, tpm: 10_000, rpd: 10, tpd: 10_000, concurrency: 3 };
  const day = { id: 'monday', leftMs: 5_000 };
  const use = ({ state, nowMs }: PlayedGroup) => minuteUse(state.minute, nowMs);

  it.each([
    ['more than was thought', { tokens: 250 }, { requests: 1, tokens: 400 }],
    ['less than was thought', { tokens: -100 }, { requests: 1, tokens: 50 }],
    ['nothing reached the provider', { tokens: -150, requests: 1 }, { requests: 0, tokens: 0 }],
  ])('%s', (_, what, left) => {
    const group = new PlayedGroup();
    group.enter('a', { limits, day });
    group.wait(3 * SECOND).settle('a', { ...what, ageMs: 3 * SECOND, day: day.id });
    expect(use(group)).toEqual(left);
    expect(group.state.day).toEqual({ id: day.id, ...left });
    expect(group.state.calls).toEqual({});
  });

  it('counts in the second of the entry, and no more when that is a minute ago', () => {
    const group = new PlayedGroup();
    group.enter('a', { limits });
    group.wait(59 * SECOND).settle('a', { ageMs: 59 * SECOND, tokens: 1_000 });
    expect(use(group).tokens).toBe(1_150);
    expect(use(group.wait(2 * SECOND)).tokens).toBe(0);
    expect(use(group.settle('a', { ageMs: 61 * SECOND, tokens: 9_000 })).tokens).toBe(0);
  });

  it('of yesterday changes nothing of today', () => {
    const group = new PlayedGroup();
    group.enter('a', { limits, day: { ...day, id: 'sunday' } });
    group.enter('b', { limits, day });
    group.settle('a', { tokens: -150, requests: 1, day: 'sunday' });
    expect(group.state.day).toEqual({ id: day.id, requests: 1, tokens: 150 });
  });

  it('gives back probes of benches and breakers alike', () => {
    const group = new PlayedGroup().fail(note('rate_minute'));
    for (let i = 0; i < 5; i++) group.fail(note('server'));
    group.wait(10 * SECOND).enter('p');
    expect(JSON.stringify(group.state)).toContain('"p"');
    expect(JSON.stringify(group.settle('p').state)).not.toContain('"p"');
  });
});

it('leases that are held on to live on; those that have gone stay gone', () => {
  const group = new PlayedGroup().fail(note('rate_minute'));
  for (let i = 0; i < 5; i++) group.fail(note('server'));
  group.wait(10 * SECOND).enter('p', { limits: { concurrency: 1 } });
  for (let i = 0; i < 5; i++) group.wait(20 * SECOND).hold('p', 'nobody', 'constructor');
  const { benches, breakers, calls } = group.state;
  const untilMs = group.nowMs + 30 * SECOND;
  expect(benches.group?.probes).toEqual({ p: untilMs });
  expect(breakers[KEY]).toMatchObject({ probes: { p: untilMs } });
  expect(calls).toEqual({ p: untilMs });
});

it('a reading is kept by model and bucket', () => {
  const note = (remaining: number) =>
    ({
      bucket: 'requests',
      unit: 'requests',
      limit: 9,
      remaining,
      waitMs: 1_000,
      periodMs: 60_000,
      refill: 'window',
    }) as const;
  const once = reportToGroup(FRESH_GROUP, { kind: 'read', model: 'm', buckets: [note(5)] }, T0);
  expect(once.buckets['m\nrequests']).toMatchObject({ remaining: 5, resetAtMs: T0 + 1_000 });
  const twice = reportToGroup(once, { kind: 'read', model: 'm', buckets: [note(4)] }, T0 + 1);
  expect(Object.values(twice.buckets)).toMatchObject([{ remaining: 4, resetAtMs: T0 + 1_001 }]);
});
