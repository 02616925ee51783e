import fc from 'fast-check';
import { minuteUse } from '../minute-window';
import { entry, HERE, note, PlayedGroup, T0 } from '../../testing/groups';
import { enterGroup } from './enter-group';
import { FRESH_GROUP, type Entry, type GroupState } from './group-state';
import type { BucketNote } from './quota-bucket';
import { reportToGroup } from './report-to-group';

const SECOND = 1_000;
const day = { id: '2025-06-15', leftMs: 3_600_000 };
const limits = { rpm: 3, tpm: 1_000, rpd: 5, tpd: 900, concurrency: 2 };

const said = (bucket: string, more: Partial<BucketNote> = {}): BucketNote => ({
  bucket,
  unit: bucket.includes('tokens') ? 'tokens' : 'requests',
  limit: 100,
  remaining: 10,
  waitMs: 20_000,
  periodMs: 60_000,
  refill: 'window',
  ...more,
});

const reading = (buckets: readonly BucketNote[], model = HERE.model): PlayedGroup =>
  new PlayedGroup(reportToGroup(FRESH_GROUP, { kind: 'read', model, buckets }, T0));

it('takes nothing of a group of which nothing is known', () =>
  expect(enterGroup(FRESH_GROUP, entry('a'), T0)).toEqual({ kind: 'entered', state: FRESH_GROUP, ahead: 0 }));

it('hands back the very same state when nothing was taken', () => {
  const { state } = new PlayedGroup().fail(note('server')).succeed();
  const answer = enterGroup(state, entry('a'), T0);
  expect(answer.kind === 'entered' && answer.state).toBe(state);
});

describe('limits of the configuration', () => {
  it.each<[string, Partial<Entry>, number, string, number]>([
    ['requests per minute', { limits: { rpm: 3 } }, 3, 'provider_minute', 61],
    ['tokens per minute', { limits: { tpm: 1_000 } }, 6, 'provider_minute', 61],
    ['requests per day', { limits: { rpd: 5 }, day }, 5, 'provider_day', 3_600],
    ['tokens per day', { limits: { tpd: 900 }, day }, 6, 'provider_day', 3_600],
    ['calls under way', { limits: { concurrency: 2 } }, 2, 'provider_concurrency', 0.25],
  ])('%s', (_, more, most, reason, seconds) => {
    const group = new PlayedGroup();
    const answers = Array.from({ length: most + 3 }, (_, i) => group.enter(`c${i}`, more));
    expect(answers).toEqual([...Array<string>(most).fill('in'), reason, reason, reason]);
    expect(group.waitOf(more)).toBe(seconds);
    expect(
      group
        .wait(seconds * SECOND)
        .settle('c0')
        .enter('later', { ...more, ...(more.day ? { day: { ...day, id: 'next' } } : {}) }),
    ).toBe('in');
  });

  it('one call larger than a limit goes when nothing else was sent', () => {
    const huge = { limits: { tpm: 10, tpd: 10 }, day };
    const group = new PlayedGroup();
    expect([group.enter('a', huge), group.enter('b', huge)]).toEqual(['in', 'provider_day']);
  });

  it('are those of the whole group, whatever credential and model', () => {
    const group = new PlayedGroup();
    const other = { place: { credentialId: 'a/k2', model: 'n' }, limits: { rpm: 1 } };
    expect([group.enter('a', { limits: { rpm: 1 } }), group.enter('b', other)]).toEqual([
      'in',
      'provider_minute',
    ]);
  });

  it('a slot of a replica that died is free again', () => {
    const group = new PlayedGroup();
    const one = { limits: { concurrency: 1 } };
    group.enter('a', one);
    expect(
      group
        .wait(29 * SECOND)
        .hold('a')
        .wait(29 * SECOND)
        .enter('b', one),
    ).toBe('provider_concurrency');
    expect(group.wait(SECOND).enter('b', one)).toBe('in');
  });
});

describe('what headers said', () => {
  it.each<[string, BucketNote, number, string]>([
    ['requests', said('requests', { remaining: 3 }), 3, 'provider_requests'],
    ['tokens: both ways', said('tokens', { remaining: 400, limit: 4_000 }), 2, 'provider_tokens'],
    ['input tokens', said('input_tokens', { remaining: 400, limit: 4_000 }), 4, 'provider_input_tokens'],
    ['output tokens', said('output_tokens', { remaining: 400, limit: 4_000 }), 8, 'provider_output_tokens'],
    ['tokens of a day', said('tokens_day', { remaining: 400, limit: 4_000 }), 2, 'provider_tokens_day'],
    [
      'a spent window of a subscription',
      said('5h', { unit: 'share', limit: 1, remaining: 0 }),
      0,
      'provider_5h',
    ],
  ])('%s', (_, bucket, most, reason) => {
    const group = reading([bucket]);
    const answers = Array.from({ length: most + 1 }, (_, i) => group.enter(`c${i}`));
    expect(answers).toEqual([...Array<string>(most).fill('in'), reason]);
    expect(group.waitOf()).toBe(20);
    expect(group.wait(20 * SECOND).enter('later')).toBe('in');
  });

  it('a window of a subscription with something left lets everybody in', () => {
    const group = reading([said('week', { unit: 'share', limit: 1, remaining: 0.01 })]);
    expect(Array.from({ length: 30 }, (_, i) => group.enter(`c${i}`))).toEqual(Array(30).fill('in'));
  });

  it('takes nothing while there is plenty', () => {
    const { state } = reading([said('requests', { remaining: 90 })]);
    const answer = enterGroup(state, entry('a'), T0);
    expect(answer.kind === 'entered' && answer.state).toBe(state);
  });

  it.each(['n', 'm\nn', 'mm', '__proto__', 'constructor', ''])(
    'is said of its model alone, not of %j',
    (model) => {
      const spent = reading([said('requests', { remaining: 0 })]);
      expect(spent.waitOf({ place: { ...HERE, model } })).toBe(0);
      const others = reading([said('requests', { remaining: 0 })], model);
      expect(others.waitOf()).toBe(0);
      expect(others.waitOf({ place: { ...HERE, model } })).toBe(20);
    },
  );
});

describe('all or nothing', () => {
  /** Everything at once: a probe of a bench, one of a breaker, a bucket and every limit. */
  const recovering = (more: { concurrency?: number } = {}) => {
    const group = reading([said('requests', { waitMs: 10 * 60_000 })]);
    for (let i = 0; i < 5; i++) group.fail(note('server'));
    group
      .fail(note('rate_minute'))
      .fail(note('auth'))
      .wait(11 * 60_000);
    group.state = reportToGroup(
      group.state,
      { kind: 'read', model: HERE.model, buckets: [said('requests')] },
      group.nowMs,
    );
    return { group, with: { limits: { ...limits, ...more }, day } };
  };

  it('an entry takes all of it', () => {
    const { group, with: more } = recovering();
    expect(group.enter('p', more)).toBe('in');
    const { benches, breakers, buckets, minute, day: used, calls } = group.state;
    expect(Object.values(benches).map(({ probes }) => Object.keys(probes))).toEqual([['p'], ['p']]);
    expect(Object.values(breakers)).toMatchObject([
      { phase: 'half-open', probes: { p: group.nowMs + 30 * SECOND } },
    ]);
    expect(Object.values(buckets)).toMatchObject([{ taken: 1 }]);
    expect(minuteUse(minute, group.nowMs)).toEqual({ requests: 1, tokens: 150 });
    expect(used).toEqual({ id: day.id, requests: 1, tokens: 150 });
    expect(Object.keys(calls)).toEqual(['p']);
  });

  it('takes the probe also where no limits are stated', () => {
    const { group } = recovering();
    expect([group.enter('p'), group.enter('q')]).toEqual(['in', 'recovering']);
  });

  it.each<[string, (group: PlayedGroup) => Partial<Entry>]>([
    ['provider_concurrency', () => ({ limits: { concurrency: 1 } })],
    ['provider_day', () => ({ limits: { rpm: 9, rpd: 1 }, day })],
    ['provider_minute', () => ({ limits: { rpm: 1 } })],
    ['provider_requests', () => ({})],
  ])('a refusal by %s keeps nothing of what came before it', (reason, prepare) => {
    const { group } = recovering();
    const more = prepare(group);
    if (more.limits) {
      // Somebody else of the group, elsewhere than where it recovers.
      const { benches, breakers } = group.state;
      group.state = { ...group.state, benches: {}, breakers: {} };
      group.enter('other', { ...more, place: { credentialId: 'a/k2', model: 'n' } });
      group.state = { ...group.state, benches, breakers };
    } else {
      const spent = [said('requests', { remaining: 0 })];
      group.state = reportToGroup(
        group.state,
        { kind: 'read', model: HERE.model, buckets: spent },
        group.nowMs,
      );
    }
    const before = group.state;
    expect(group.enter('p', more)).toBe(reason);
    expect(group.state).toBe(before);
    expect(JSON.stringify(before)).not.toContain('"p"');
  });

  it('settling what did not reach the provider undoes an entry', () => {
    const { group, with: more } = recovering();
    const before = group.state;
    group.enter('p', more);
    group.wait(2 * SECOND).settle('p', { ageMs: 2 * SECOND, tokens: -150, requests: 1, day: day.id });
    const undone = group.state;
    expect({ ...undone, breakers: 0, buckets: 0, minute: 0, day: 0 }).toEqual({
      ...before,
      breakers: 0,
      buckets: 0,
      minute: 0,
      day: 0,
    });
    expect(minuteUse(undone.minute, group.nowMs)).toEqual({ requests: 0, tokens: 0 });
    expect(undone.day).toEqual({ id: day.id, requests: 0, tokens: 0 });
    expect(Object.values(undone.breakers)).toMatchObject([{ phase: 'half-open', probes: {} }]);
    expect(group.enter('q', more)).toBe('in');
  });
});

it('names the reason that ends last, so that asking again makes sense', () => {
  const group = new PlayedGroup();
  const more = { limits: { rpm: 1, rpd: 9, concurrency: 1 }, day };
  group.enter('a', more);
  const refusals = [group.enter('b', more)];
  for (let i = 0; i < 5; i++) group.fail(note('server'));
  refusals.push(group.enter('b', more), group.enter('b'));
  refusals.push(group.fail(note('rate_minute')).enter('b'), group.fail(note('auth')).enter('b'));
  refusals.push(group.fail(note('target_gone')).enter('b'));
  expect(refusals).toEqual([
    'provider_minute',
    'provider_minute',
    'breaker_open',
    'breaker_open',
    'cooling_auth',
    'cooling_target_gone',
  ]);
  const spent = { ...more, limits: { ...more.limits, rpd: 1 }, day: { ...day, leftMs: 9_000_000 } };
  expect([group.enter('b', spent), group.waitOf(spent)]).toEqual(['provider_day', 9_000]);
});

it('is soft only when every reason is', () => {
  const soft = (group: PlayedGroup) => {
    const answer = enterGroup(group.state, entry('a'), T0);
    return answer.kind === 'closed' && answer.soft;
  };
  const model = note('rate_long', { scope: 'model' });
  expect(soft(new PlayedGroup().fail(model).fail(note('rate_minute')))).toBe(true);
  expect(soft(new PlayedGroup().fail(model).fail(note('rate_minute', { waitMs: 1_000 })))).toBe(false);
});

it('is safe with models that are named like members of every object', () => {
  for (const model of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'group']) {
    const place = { credentialId: 'a/k1', model };
    const group = new PlayedGroup();
    for (let i = 0; i < 5; i++) group.fail(note('server'), undefined, place);
    group.fail(note('target_gone'), undefined, place);
    expect(group.enter('a', { place })).toBe('cooling_target_gone');
    expect(group.enter('b')).toBe('in');
    expect(JSON.parse(JSON.stringify(group.state))).toEqual(group.state);
    expect(group.wait(2 * 3_600_000).enter('p', { place })).toBe('in');
    expect(group.prove(1, 'p', place).succeed(1, place).settle('p').enter('b')).toBe('in');
  }
});

it('a refusal says when to ask again, and then the same reason has gone; nothing is promised that is not kept', () => {
  const arbitrary = fc.record({
    limits: fc.record(
      {
        rpm: fc.integer({ min: 1, max: 5 }),
        tpm: fc.integer({ min: 1, max: 900 }),
        concurrency: fc.integer({ min: 1, max: 3 }),
      },
      { requiredKeys: [] },
    ),
    steps: fc.array(fc.tuple(fc.constantFrom('enter', 'settle'), fc.integer({ min: -2_000, max: 20_000 })), {
      maxLength: 60,
    }),
  });
  fc.assert(
    fc.property(arbitrary, ({ limits: some, steps }) => {
      const group = new PlayedGroup();
      const flying: { lease: string; atMs: number }[] = [];
      steps.forEach(([kind, stepMs], i) => {
        group.wait(stepMs);
        if (kind === 'settle') {
          const call = flying.shift();
          if (call) group.settle(call.lease, { ageMs: Math.max(0, group.nowMs - call.atMs), tokens: -100 });
          return;
        }
        const asked = entry(`c${i}`, { limits: some });
        const answer = enterGroup(group.state, asked, group.nowMs);
        if (answer.kind === 'entered') {
          group.state = answer.state;
          flying.push({ lease: `c${i}`, atMs: group.nowMs });
          return;
        }
        expect(answer.untilMs).toBeGreaterThan(group.nowMs);
        const later = enterGroup(group.state, asked, answer.untilMs);
        if (answer.reason !== 'provider_concurrency')
          expect(later.kind === 'closed' ? later.reason : 'in').not.toBe(answer.reason);
      });
      const held = Object.keys(group.state.calls).length;
      expect(held).toBeLessThanOrEqual(some.concurrency ?? 0);
      group.wait(200_000);
      expect(group.enter('last', { limits: some })).toBe('in');
    }),
  );
});

it('never changes what it was given', () => {
  const freeze = <V>(value: V): V => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };
  const group = new PlayedGroup().fail(note('rate_minute')).wait(5 * SECOND);
  const state: GroupState = freeze(group.state);
  expect(enterGroup(state, entry('p', { limits, day }), group.nowMs).kind).toBe('entered');
  expect(reportToGroup(state, { kind: 'proved', place: HERE, ageMs: 1 }, group.nowMs)).not.toBe(state);
});
