import fc from 'fast-check';
import { note, PlayedGroup, T0 } from '../../testing/groups';
import { FAILURE_CLASSES } from '../../testing/targets';
import { coolingOf, isBenchOver, subjectOf, subjectsOf, type Bench } from './bench';
import type { FailureNote } from './place';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const at = { credentialId: 'a/k1', model: 'm' };

const stated = (waitMs: number) => note('rate_minute', { waitMs });

describe('whom a failure keeps out', () => {
  const others = {
    sameGroup: { ...at, credentialId: 'a/k2' },
    otherModel: { ...at, model: 'n' },
    neither: { credentialId: 'a/k2', model: 'n' },
  };
  it.each<[string, FailureNote, (keyof typeof others)[]]>([
    [
      'a rate of the model: for every key of the group',
      note('rate_minute', { scope: 'model' }),
      ['sameGroup'],
    ],
    [
      'a rate of the credential: its model, for every key of the group',
      note('rate_minute', { scope: 'credential' }),
      ['sameGroup'],
    ],
    ['a rate of the whole group', note('rate_minute'), ['sameGroup', 'otherModel', 'neither']],
    ['credit: the group', note('credit'), ['sameGroup', 'otherModel', 'neither']],
    ['a refused key: that key alone', note('auth'), ['otherModel']],
    ['a key refused for one model', note('auth', { scope: 'model' }), []],
    ['a blocked address', note('auth', { scope: 'group' }), ['sameGroup', 'otherModel', 'neither']],
    ['a model that is gone: for every key of the group', note('target_gone'), ['sameGroup']],
  ])('%s', (_, what, kept) => {
    const group = new PlayedGroup().fail(what);
    expect(group.enter('own')).toBe(`cooling_${what.class}`);
    const out = Object.entries(others)
      .filter(([, place]) => group.waitOf({ place }) > 0)
      .map(([name]) => name);
    expect(out).toEqual(kept);
  });

  it.each(['overload', 'server', 'caller', 'context_length', 'content_filter', 'auxiliary'] as const)(
    'one %s benches nobody, even with a stated wait',
    (what) => {
      const group = new PlayedGroup().fail(note(what, { waitMs: HOUR }));
      expect(group.state.benches).toEqual({});
      expect(group.waitOf()).toBe(0);
    },
  );

  it('is always somebody that the place looks for', () => {
    for (const what of FAILURE_CLASSES)
      for (const scope of ['model', 'credential', 'group', 'none'] as const) {
        const subject = subjectOf(note(what, { scope }), at);
        expect(subject === undefined || subjectsOf(at).includes(subject)).toBe(true);
      }
  });
});

describe('the ladder of unexplained refusals', () => {
  const climb = (what: FailureNote): number[] => {
    const group = new PlayedGroup();
    return Array.from({ length: 7 }, (_, i) => {
      group.enter(`probe${i}`);
      const seconds = group.fail(what, `probe${i}`).waitOf();
      group.wait(seconds * SECOND);
      return seconds;
    });
  };

  it('climbs by what its probes meet', () =>
    expect(climb(note('rate_minute'))).toEqual([5, 30, 120, 600, 3_600, 3_600, 3_600]));

  it('stops at 2 min for an answer that nobody can parse', () =>
    expect(climb(note('rate_minute', { readable: false }))).toEqual([5, 30, 120, 120, 120, 120, 120]));

  it('counts a strike only after the previous wait was served, and never shortens', () => {
    const group = new PlayedGroup().fail(stated(MINUTE));
    for (let i = 1; i <= 20; i++) group.wait(1).fail(note('rate_minute'));
    expect(group.state.benches.group?.coolings.rate_minute).toEqual({
      untilMs: T0 + MINUTE,
      startedMs: T0,
      strikesMs: [T0],
      provenance: 'authoritative',
    });
  });

  it('is not climbed by calls that were under way all the while, however late they are refused', () => {
    const group = new PlayedGroup().fail(note('rate_minute')).wait(6 * SECOND);
    for (let i = 0; i < 5; i++)
      expect(
        group
          .wait(6 * SECOND)
          .fail(note('rate_minute'), 'old')
          .waitOf(),
      ).toBe(5);
  });

  it('a running wait is not made longer by a guess, and a stated one never by one', () => {
    const guessed = new PlayedGroup().fail(note('rate_minute')).wait(4 * SECOND);
    expect(guessed.fail(note('rate_minute')).waitOf()).toBe(1);
    const short = new PlayedGroup().fail(stated(2 * SECOND)).wait(SECOND);
    expect(short.fail(note('rate_minute')).waitOf()).toBe(1);
  });

  it('lets a longer stated wait replace a shorter one that is still running', () => {
    const group = new PlayedGroup().fail(note('rate_minute')).wait(1).fail(stated(MINUTE));
    expect(group.waitOf()).toBe(60);
    expect(group.state.benches.group?.coolings.rate_minute?.provenance).toBe('authoritative');
  });

  it('starts again after a success', () => {
    const group = new PlayedGroup().fail(note('rate_minute')).wait(5 * SECOND);
    group.enter('p1');
    group.fail(note('rate_minute'), 'p1').wait(31 * SECOND);
    group.enter('p2');
    group.prove(10, 'p2').wait(MINUTE).fail(note('rate_minute'));
    expect(group.waitOf()).toBe(5);
  });

  it('forgets strikes older than a day', () => {
    const group = new PlayedGroup().fail(note('rate_minute')).wait(5 * SECOND);
    group.enter('p1');
    group.fail(note('rate_minute'), 'p1').wait(25 * HOUR);
    group.enter('p2');
    expect(group.fail(note('rate_minute'), 'p2').waitOf()).toBe(5);
  });
});

describe('a stated wait', () => {
  const refusedAgain = (afterMs: number, probe = true): number => {
    const group = new PlayedGroup().fail(stated(20 * SECOND)).wait(afterMs);
    if (probe) group.enter('p');
    return group.fail(stated(20 * SECOND), 'p').waitOf();
  };

  it.each([
    ['is doubled when the provider refuses again right after it', 20 * SECOND, true, 40],
    ['also when the probe began a little later', 39 * SECOND, true, 40],
    ['is taken as it is when the refusal comes much later', 10 * MINUTE, true, 20],
    ['is taken as it is when the refused call had never waited', 21 * SECOND, false, 20],
  ])('%s', (_, afterMs, probe, seconds) => expect(refusedAgain(afterMs, probe)).toBe(seconds));

  it('outlives a success that began before it, and one that began after it; a guess does not', () => {
    const outlived = (what: FailureNote, ageMs: number): number =>
      new PlayedGroup().fail(what).wait(SECOND).prove(ageMs).waitOf();
    expect(outlived(stated(20 * SECOND), 5 * SECOND)).toBe(19);
    expect(outlived(stated(20 * SECOND), 500)).toBe(19);
    expect(outlived(note('rate_minute'), 500)).toBe(0);
  });
});

describe('a success', () => {
  it('of a call that began earlier clears no newer wait', () => {
    const group = new PlayedGroup()
      .fail(note('rate_minute'))
      .wait(SECOND)
      .prove(2 * SECOND);
    expect(group.waitOf()).toBe(4);
    // Made longer at its second second, by a refusal that the call of the first had not met.
    const longer = new PlayedGroup()
      .fail(note('credit'))
      .wait(2 * SECOND)
      .fail(note('credit', { waitMs: 2 * HOUR }));
    expect(
      longer
        .wait(SECOND)
        .prove(2 * SECOND)
        .waitOf(),
    ).toBe(7_199);
  });

  it('clears what sat out before it, in every subject of the place', () => {
    const group = new PlayedGroup().fail(note('auth')).fail(note('rate_minute', { scope: 'model' }));
    expect(group.wait(20 * MINUTE).enter('p')).toBe('in');
    group.prove(10, 'p').wait(10 * SECOND);
    expect(group.prove(1).state.benches).toEqual({});
  });
});

describe('after the wait', () => {
  const served = () => new PlayedGroup().fail(stated(5 * SECOND)).wait(5 * SECOND);

  it('one call alone is let through; the others ask again in a quarter of a second', () => {
    const group = served();
    expect(group.enter('p')).toBe('in');
    expect(Array.from({ length: 50 }, (_, i) => group.enter(`c${i}`))).toEqual(Array(50).fill('recovering'));
    expect(group.waitOf()).toBe(0.25);
    expect(group.waitOf({ force: true })).toBe(0.25);
  });

  it('more and more come after it has succeeded', () => {
    const group = served();
    group.enter('p');
    group.prove(100, 'p');
    const letIn = () =>
      Array.from({ length: 300 }, (_, i) => group.enter(`${group.nowMs}-${i}`)).filter((a) => a === 'in');
    expect([0, 1, 2, 3].map(() => [letIn().length, group.wait(250)][0])).toEqual([2, 4, 8, 16]);
    expect(group.wait(2 * SECOND) && letIn().length).toBe(300);
  });

  it('the next one tries when the probe ended without a verdict', () => {
    const group = served();
    group.enter('p');
    expect(group.settle('p').enter('q')).toBe('in');
    expect(group.enter('r')).toBe('recovering');
  });

  it('the next one tries when its replica has died; a living one holds on to it', () => {
    const group = served();
    group.enter('p');
    expect(
      group
        .wait(20 * SECOND)
        .hold('p')
        .wait(29 * SECOND)
        .enter('q'),
    ).toBe('recovering');
    expect(group.wait(SECOND).enter('q')).toBe('in');
    // What is gone does not come back, nor does it let another one in.
    expect(group.hold('p').settle('p').enter('r')).toBe('recovering');
  });

  it('a probe in flight is still the only one when an older call is refused meanwhile', () => {
    const group = served();
    group.enter('p');
    group
      .wait(SECOND)
      .fail(stated(2 * SECOND), 'old')
      .wait(3 * SECOND);
    expect(group.enter('q')).toBe('recovering');
    expect(group.prove(4 * SECOND, 'p').enter('q')).toBe('in');
    expect(group.enter('r')).toBe('recovering');
  });

  it('a probe of the place that failed for another reason leaves the next one to try', () => {
    const group = served();
    group.enter('p');
    group.fail(note('auth'), 'p');
    expect(group.enter('q')).toBe('cooling_auth');
    expect(group.enter('q', { place: { ...at, credentialId: 'a/k2' } })).toBe('in');
  });
});

describe('the last target of a route', () => {
  it.each<[string, FailureNote, string]>([
    ['is used during a guess', note('rate_minute'), 'in'],
    ['and during a long one', note('rate_long'), 'in'],
    ['not during a stated wait', stated(MINUTE), 'cooling_rate_minute'],
    ['not with an empty account', note('credit'), 'cooling_credit'],
    ['not with a refused key', note('auth'), 'cooling_auth'],
    ['not where the model is gone', note('target_gone'), 'cooling_target_gone'],
  ])('%s', (_, what, expected) =>
    expect(new PlayedGroup().fail(what).enter('c', { force: true })).toBe(expected),
  );

  it('is not used while anything else keeps it out, whichever ends last and in whatever order they came', () => {
    const credit = note('credit', { waitMs: MINUTE });
    for (const both of [
      [credit, note('rate_long')],
      [note('rate_long'), credit],
    ]) {
      const group = new PlayedGroup();
      for (const what of both) group.fail(what);
      expect(group.enter('c', { force: true })).toBe('cooling_rate_long');
      expect(group.wait(MINUTE).enter('c', { force: true })).toBe('in');
    }
  });
});

it('a bench is over when nothing cools and no strike counts any more', () => {
  const bench = new PlayedGroup().fail(note('rate_minute')).state.benches.group as Bench;
  expect(coolingOf(bench, T0 + 5 * SECOND)).toBeUndefined();
  expect([24 * HOUR - 1, 24 * HOUR].map((ms) => isBenchOver(bench, T0 + ms))).toEqual([false, true]);
  const days = new PlayedGroup().fail(stated(48 * HOUR)).state.benches.group as Bench;
  expect(isBenchOver(days, T0 + 25 * HOUR)).toBe(false);
});

const happening = fc.oneof(
  fc.record({
    kind: fc.constant('fail' as const),
    what: fc.record({
      class: fc.constantFrom(...FAILURE_CLASSES),
      scope: fc.constantFrom('model', 'credential', 'group', 'none'),
      waitMs: fc.option(fc.integer({ min: 1, max: HOUR }), { nil: undefined }),
    }),
  }),
  fc.record({ kind: fc.constant('enter' as const), force: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('prove', 'settle', 'stray', 'back' as const) }),
);

it('no failure ever shortens a wait, one probe of a subject is in flight at most, and every wait ends', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(happening, fc.nat(8 * SECOND)), { maxLength: 80 }), (story) => {
      const group = new PlayedGroup();
      const flying: { lease: string; enteredMs: number }[] = [];
      const untilMs = () =>
        subjectsOf(at).map((subject) => {
          const bench = group.state.benches[subject];
          return bench ? (coolingOf(bench, group.nowMs)?.untilMs ?? 0) : 0;
        });
      story.forEach(([what, stepMs], i) => {
        group.wait(what.kind === 'back' ? -stepMs : stepMs);
        const before = untilMs();
        if (what.kind === 'enter') {
          if (group.enter(`c${i}`, { force: what.force }) === 'in')
            flying.push({ lease: `c${i}`, enteredMs: group.nowMs });
        } else if (what.kind === 'fail') {
          const { waitMs, ...rest } = what.what;
          group.fail(note(rest.class, { ...rest, ...(waitMs ? { waitMs } : {}) }), flying.shift()?.lease);
          untilMs().forEach((ms, at) => expect(ms).toBeGreaterThanOrEqual(before[at] ?? 0));
        } else if (what.kind !== 'back') {
          const call = flying.shift();
          const ageMs = call ? Math.max(0, group.nowMs - call.enteredMs) : stepMs;
          if (what.kind === 'prove') group.prove(ageMs, call?.lease);
          else if (call) group.settle(call.lease, { ageMs });
        }
        for (const bench of Object.values(group.state.benches)) {
          const probes = Object.values(bench.probes).filter((until) => until > group.nowMs);
          expect(probes.length).toBeLessThanOrEqual(1);
        }
      });
      group.wait(48 * HOUR);
      expect(group.enter('last')).toBe('in');
    }),
  );
});
