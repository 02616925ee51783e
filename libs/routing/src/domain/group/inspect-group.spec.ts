import type { FailureClass } from '@turnpike/protocol';
import { HERE, note, PlayedGroup, T0 } from '../../testing/groups';
import { subjectOf } from './bench';
import { FRESH_GROUP, type GroupState } from './group-state';
import {
  BENCHED_CLASSES,
  callsUnderWay,
  inspectBreakers,
  inspectBuckets,
  inspectCooldowns,
  inspectLimits,
} from './inspect-group';
import type { FailureNote } from './place';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const SKEW_MS = 7 * SECOND;

/** The group as a process sees it whose clock is behind that of the times it reads. */
const seen = (state: GroupState) => ({ state, skewMs: SKEW_MS });
const ownTime = (ms: number): number => ms - SKEW_MS;

it('knows every class that benches somebody', () => {
  const all: Record<FailureClass, true> = {
    rate_minute: true,
    rate_long: true,
    credit: true,
    overload: true,
    server: true,
    auth: true,
    target_gone: true,
    context_length: true,
    content_filter: true,
    caller: true,
    auxiliary: true,
  };
  const benching = (Object.keys(all) as FailureClass[]).filter(
    (kind) => subjectOf(note(kind), HERE) !== undefined,
  );
  expect([...BENCHED_CLASSES].sort()).toEqual(benching.sort());
});

describe('cooldowns', () => {
  const { credentialId, model } = HERE;

  it.each([
    ['a whole group', note('rate_minute', { waitMs: 9_000 }), undefined, undefined, 9_000],
    ['one model', note('rate_minute', { scope: 'model' }), undefined, model, 5_000],
    ['one credential', note('auth'), credentialId, undefined, 600_000],
    ['one model of one credential', note('auth', { scope: 'model' }), credentialId, model, 600_000],
    ['a model that is gone', note('target_gone'), undefined, model, HOUR],
    ['an empty account', note('credit'), undefined, undefined, HOUR],
  ] as [string, FailureNote, string | undefined, string | undefined, number][])(
    'keep out %s, in the clock of whoever asks',
    (_, failure, credential, onlyModel, lengthMs) => {
      const group = new PlayedGroup().fail(failure);
      expect(inspectCooldowns(seen(group.state), ownTime(T0 + SECOND))).toEqual([
        {
          subject: subjectOf(failure, HERE),
          class: failure.class,
          credentialId: credential,
          model: onlyModel,
          state: 'cooling',
          provenance: failure.provenance,
          startedMs: ownTime(T0),
          untilMs: ownTime(T0 + lengthMs),
          strikes: 1,
        },
      ]);
    },
  );

  it('are one for each class of a subject', () => {
    const group = new PlayedGroup().fail(note('credit')).fail(note('rate_minute'));
    const facts = inspectCooldowns(seen(group.state), ownTime(T0));
    expect(facts.map((each) => [each.subject, each.class])).toEqual([
      ['group', 'rate_minute'],
      ['group', 'credit'],
    ]);
  });

  it('last until a probe has succeeded, or nobody counts the strike any more', () => {
    const group = new PlayedGroup().fail(note('rate_minute', { waitMs: 9_000 }));
    const stateAt = (ms: number): string[] =>
      inspectCooldowns(seen(group.state), ownTime(T0 + ms)).map(({ state }) => state);
    expect(stateAt(8_999)).toEqual(['cooling']);
    expect(stateAt(9_000)).toEqual(['recovering']);
    expect(stateAt(24 * HOUR - 1)).toEqual(['recovering']);
    expect(stateAt(24 * HOUR)).toEqual([]);
    group.wait(10_000).enter('probe');
    expect(stateAt(10_000)).toEqual(['recovering']);
    group.prove(100, 'probe');
    expect(stateAt(10_000)).toEqual([]);
  });

  it('tell models apart that have slashes and spaces in their names', () => {
    const place = { ...HERE, model: 'vendor/a model:free' };
    const group = new PlayedGroup().fail(note('auth', { scope: 'model' }), undefined, place);
    expect(inspectCooldowns(seen(group.state), ownTime(T0))).toMatchObject([
      { credentialId, model: 'vendor/a model:free' },
    ]);
  });
});

describe('breakers', () => {
  const inspect = (group: PlayedGroup) => inspectBreakers(seen(group.state), ownTime(group.nowMs));
  const who = { place: 'a/k1\nm', credentialId: 'a/k1', model: 'm', windowMs: 30_000 };

  const fail = (group: PlayedGroup, times: number): PlayedGroup => {
    for (let i = 0; i < times; i++) group.fail(note('server'));
    return group;
  };

  it('count while they are closed, for as long as the window is', () => {
    const group = fail(new PlayedGroup().succeed(7), 2);
    const counted = { ...who, phase: 'closed', untilMs: undefined, probes: 0 };
    expect(inspect(group)).toEqual([{ ...counted, calls: 9, failures: 2, failuresInARow: 2 }]);
    group.wait(40_000);
    expect(inspect(group)).toEqual([{ ...counted, calls: 0, failures: 0, failuresInARow: 2 }]);
  });

  it('are open until their time, then half-open with the calls that try', () => {
    const group = fail(new PlayedGroup(), 5);
    const uncounted = { ...who, calls: undefined, failures: undefined, failuresInARow: undefined };
    const untilMs = ownTime(T0 + 10_000);
    expect(inspect(group)).toEqual([{ ...uncounted, phase: 'open', untilMs, probes: 0 }]);
    group.wait(10_000);
    expect(inspect(group)).toEqual([{ ...uncounted, phase: 'half-open', untilMs, probes: 0 }]);
    group.enter('first');
    group.enter('second');
    expect(inspect(group)).toEqual([{ ...uncounted, phase: 'half-open', untilMs, probes: 2 }]);
    group.wait(31_000);
    expect(inspect(group)).toMatchObject([{ phase: 'half-open', probes: 0 }]);
  });

  it('of which nothing is known are not there', () => {
    expect(inspect(new PlayedGroup())).toEqual([]);
    expect(inspect(new PlayedGroup().succeed().wait(60_000))).toEqual([]);
  });
});

describe('configured limits', () => {
  const day = { id: '2025-06-15', leftMs: 5 * HOUR };
  const limits = { rpm: 10, tpm: 1_000, rpd: 50, tpd: 5_000, concurrency: 2 };
  const inspect = (group: PlayedGroup, today = day) =>
    inspectLimits(seen(group.state), limits, today, ownTime(group.nowMs));
  const played = (): PlayedGroup => {
    const group = new PlayedGroup();
    group.enter('one', { limits, day });
    group.wait(2_500).enter('two', { limits, day });
    return group;
  };

  it('tell what is used and when it is back', () => {
    const group = played();
    // The last call counts from anywhere within its second.
    const minute = ownTime(T0 + 2_000 + 61_000);
    const dayEnd = ownTime(group.nowMs) + day.leftMs;
    expect(inspect(group)).toEqual([
      { metric: 'rpm', limit: 10, used: 2, resetsAtMs: minute },
      { metric: 'tpm', limit: 1_000, used: 300, resetsAtMs: minute },
      { metric: 'rpd', limit: 50, used: 2, resetsAtMs: dayEnd },
      { metric: 'tpd', limit: 5_000, used: 300, resetsAtMs: dayEnd },
      { metric: 'concurrency', limit: 2, used: 2, resetsAtMs: undefined },
    ]);
    expect(callsUnderWay(seen(group.state), ownTime(group.nowMs))).toBe(2);
  });

  it('are whole again after a minute, after the lease, on another day', () => {
    const group = played().wait(62_000);
    const tomorrow = { id: '2025-06-16', leftMs: 24 * HOUR };
    expect(inspect(group, tomorrow).map(({ used }) => used)).toEqual([0, 0, 0, 0, 0]);
    expect(inspect(group, tomorrow)[0]).toMatchObject({ resetsAtMs: undefined });
  });

  it('that nobody states are not there', () => {
    expect(inspectLimits(seen(FRESH_GROUP), { rpd: 3 }, day, T0)).toEqual([
      { metric: 'rpd', limit: 3, used: 0, resetsAtMs: T0 + day.leftMs },
    ]);
  });
});

describe('learned buckets', () => {
  const bucket = {
    unit: 'requests',
    limit: 60,
    remaining: 15,
    resetAtMs: T0 + 30_000,
    refill: 'window',
    periodMs: 60_000,
    atMs: T0,
    taken: 5,
    sent: [],
  } as const;
  const share = { ...bucket, unit: 'share', limit: 1, remaining: 0.38, taken: 0, sent: [] } as const;
  const spent = (hours: number, periodHours: number) => ({
    ...share,
    resetAtMs: T0 + hours * HOUR,
    periodMs: periodHours * HOUR,
  });

  it.each([
    ['a window', 'requests', bucket, 0, 10, 30_000],
    [
      'a window with all of it left',
      'requests',
      { ...bucket, remaining: 60, taken: 0, sent: [] },
      0,
      60,
      30_000,
    ],
    ['a window that is over', 'requests', bucket, 30_000, 60, undefined],
    ['more taken than was left', 'requests', { ...bucket, taken: 99, sent: [] }, 0, 0, 30_000],
    ['what fills steadily', 'requests', { ...bucket, refill: 'continuous' }, 10_000, 20, 50_000],
    ['what has filled', 'requests', { ...bucket, refill: 'continuous' }, 60_000, 60, undefined],
    ['five hours', '5h', spent(4, 5), 0, 0.38, 4 * HOUR],
    ['a day', 'day', spent(1, 24), 0, 0.38, HOUR],
    ['a week', 'week', spent(9, 168), 0, 0.38, 9 * HOUR],
    ['a month', 'month', spent(99, 720), 0, 0.38, 99 * HOUR],
  ] as const)('%s', (_, name, known, atMs, remaining, resetsMs) => {
    const state = { ...FRESH_GROUP, buckets: { [`vendor/m\n${name}`]: known } };
    expect(inspectBuckets(seen(state), ownTime(T0 + atMs))).toEqual([
      {
        model: 'vendor/m',
        bucket: name,
        unit: known.unit,
        limit: known.limit,
        refill: known.refill,
        periodMs: known.periodMs,
        remaining,
        resetsAtMs: resetsMs === undefined ? undefined : ownTime(T0 + resetsMs),
      },
    ]);
  });
});
