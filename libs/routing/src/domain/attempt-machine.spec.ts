import fc from 'fast-check';
import { seededRandom } from '@turnpike/kernel';
import type { Failure } from '@turnpike/protocol';
import { failure, FAILURE_CLASSES, target } from '../testing/targets';
import { afterFailure, skipTarget } from './after-failure';
import { beginAttempts, nextStep } from './attempt-machine';
import type { AttemptLimits, Candidate, RoutableTarget, RoutePlan, Step } from './types';

type Target = RoutableTarget;

const T0 = 1_750_000_000_000;
const limits: AttemptLimits = { maxAttempts: 3, deadlineAtMs: T0 + 600_000, maxQueueWaitMs: 2_000 };

const candidatesOf = (targets: readonly Target[]): Candidate<Target>[] =>
  targets.flatMap((each) => each.provider.credentials.map((credential) => ({ target: each, credential })));

const planOf = (
  targets: readonly Target[],
  cooling: RoutePlan<Target>['cooling'] = [],
): RoutePlan<Target> => {
  const earliest = cooling[0]?.untilMs;
  return {
    candidates: candidatesOf(targets),
    cooling,
    dropped: [],
    ...(earliest === undefined ? {} : { earliestWakeMs: earliest }),
  };
};

interface Run {
  /** Credential id and model of each attempt, and waits as milliseconds. */
  readonly story: readonly string[];
  readonly calls: readonly { readonly candidate: Candidate<Target>; readonly atMs: number }[];
  readonly end: Step<Target>;
  readonly endedAtMs: number;
}

interface Script {
  readonly limits?: Partial<AttemptLimits>;
  readonly cooling?: RoutePlan<Target>['cooling'];
  /** How long each attempt takes. */
  readonly attemptMs?: number;
  readonly jitter?: number;
}

/** Runs the machine; `fail` says how each attempt ends, undefined means an answer. */
function run(
  targets: readonly Target[],
  fail: (candidate: Candidate<Target>, n: number, nowMs: number) => Failure | undefined,
  script: Script = {},
): Run {
  const { attemptMs = 10, jitter = 0.5 } = script;
  let nowMs = T0;
  let state = beginAttempts(planOf(targets, script.cooling), { ...limits, ...script.limits }, () => jitter);
  const story: string[] = [];
  const calls: { candidate: Candidate<Target>; atMs: number }[] = [];
  for (let steps = 0; steps < 200; steps++) {
    const step = nextStep(state, nowMs);
    if (step.kind === 'give-up') return { story, calls, end: step, endedAtMs: nowMs };
    if (step.kind === 'wait') {
      story.push(`wait ${step.ms}`);
      nowMs += step.ms;
      continue;
    }
    const { candidate } = step;
    story.push(`${candidate.credential.id}/${candidate.target.model}`);
    calls.push({ candidate, atMs: nowMs });
    nowMs += attemptMs;
    const failed = fail(candidate, step.n, nowMs);
    if (!failed) return { story, calls, end: step, endedAtMs: nowMs };
    state = afterFailure(state, candidate, failed, nowMs);
  }
  throw new Error('the machine does not end');
}

const always =
  (what: Failure['class'], more: Partial<Failure> = {}) =>
  (): Failure =>
    failure(what, more);

describe('which candidate is next', () => {
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((name) => target(`${name}/m`)) as [
    Target,
    Target,
    Target,
    Target,
    Target,
  ];
  const pool = target('a/m', ['k1', 'k2', 'k3']);
  const grouped = target('a/m', ['k1:g', 'k2:g', 'k3:h']);
  const small = target('a/small', ['k1'], { capabilities: { contextWindow: 1_000 } });
  const same = target('b/same', ['k1'], { capabilities: { contextWindow: 1_000 } });
  const large = target('c/large', ['k1'], { capabilities: { contextWindow: 9_000 } });

  it.each<[string, readonly Target[], Failure, { readonly story: readonly string[]; readonly why: string }]>([
    [
      'five targets, all 500: three attempts',
      [a, b, c, d, e],
      failure('server'),
      { story: ['a/k1/m', 'b/k1/m', 'c/k1/m'], why: 'attempts' },
    ],
    [
      'five targets, all refuse the key',
      [a, b, c, d, e],
      failure('auth'),
      { story: ['a/k1/m', 'b/k1/m', 'c/k1/m'], why: 'attempts' },
    ],
    ['one target, 500: no blind retry', [a], failure('server'), { story: ['a/k1/m'], why: 'exhausted' }],
    [
      'one target that cannot be reached',
      [a],
      failure('server', { status: null }),
      { story: ['a/k1/m'], why: 'exhausted' },
    ],
    [
      'one target, three refused keys: one more, once',
      [pool],
      failure('auth'),
      { story: ['a/k1/m', 'a/k2/m'], why: 'exhausted' },
    ],
    [
      'a refused key goes before another target',
      [pool, b],
      failure('auth'),
      { story: ['a/k1/m', 'a/k2/m', 'b/k1/m'], why: 'attempts' },
    ],
    [
      'a blocked address: the pool is not walked',
      [pool, b],
      failure('auth', { scope: 'group' }),
      { story: ['a/k1/m', 'b/k1/m'], why: 'exhausted' },
    ],
    [
      'a full model: its other keys do not help',
      [pool, b],
      failure('overload'),
      { story: ['a/k1/m', 'b/k1/m'], why: 'exhausted' },
    ],
    [
      'a model that is gone',
      [pool, b],
      failure('target_gone'),
      { story: ['a/k1/m', 'b/k1/m'], why: 'exhausted' },
    ],
    [
      'a rate: the next of another group',
      [grouped, b],
      failure('rate_minute'),
      { story: ['a/k1/m', 'a/k3/m', 'b/k1/m'], why: 'attempts' },
    ],
    [
      'an empty account: the same',
      [grouped],
      failure('credit'),
      { story: ['a/k1/m', 'a/k3/m'], why: 'exhausted' },
    ],
    ['the request itself', [a, b], failure('caller'), { story: ['a/k1/m'], why: 'caller' }],
    ['a filter', [a, b], failure('content_filter'), { story: ['a/k1/m'], why: 'caller' }],
    ['too long, no window known', [a, b], failure('context_length'), { story: ['a/k1/m'], why: 'caller' }],
    [
      'too long: only a larger window',
      [small, same, large],
      failure('context_length'),
      { story: ['a/k1/small', 'c/k1/large'], why: 'caller' },
    ],
  ])('%s', (_, targets, what, { story, why }) => {
    const { end, story: told } = run(targets, () => what);
    expect(told).toEqual(story);
    expect(end).toMatchObject({ kind: 'give-up', why });
  });

  it('goes to another quota group first, then back to the same group for another model', () => {
    const twin = target('a/other', ['k1']);
    const order = (what: Failure) => run([a, twin, b], () => what).story;
    expect(order(failure('rate_minute', { scope: 'model' }))).toEqual(['a/k1/m', 'b/k1/m', 'a/k1/other']);
    expect(order(failure('rate_minute'))).toEqual(['a/k1/m', 'b/k1/m']);
    expect(order(failure('overload'))).toEqual(['a/k1/m', 'b/k1/m', 'a/k1/other']);
  });

  it('asks another credential of a failing target last, after a pause that grows', () => {
    const { story } = run([pool, b], always('server'), { limits: { maxAttempts: 9 } });
    expect(story).toEqual(['a/k1/m', 'b/k1/m', 'wait 115', 'a/k2/m', 'wait 250', 'a/k3/m']);
  });

  it("lets the provider's hint win over the pause, and does not wait long for it", () => {
    const hinted = (ms: number) =>
      run([pool], (_, n, now) => (n === 1 ? failure('server', { wakeAtMs: now + ms }) : undefined)).story;
    expect(hinted(1_500)).toEqual(['a/k1/m', 'wait 1500', 'a/k2/m']);
    expect(hinted(60_000)).toEqual(['a/k1/m']);
  });

  it('passes over a target that cannot be asked, without counting it', () => {
    const state = beginAttempts(planOf([pool, b]), limits, () => 0);
    const first = nextStep(state, T0);
    if (first.kind !== 'call') throw new Error('no call');
    expect(nextStep(skipTarget(state, first.candidate), T0)).toMatchObject({
      kind: 'call',
      n: 1,
      candidate: { target: b },
    });
  });
});

describe('cooling candidates', () => {
  const a = target('a/m');
  const coolingFor = (ms: number) => candidatesOf([a]).map((candidate) => ({ candidate, untilMs: T0 + ms }));

  it('are waited for when they are near', () =>
    expect(run([], () => undefined, { cooling: coolingFor(1_999.5) }).story).toEqual([
      'wait 2000',
      'a/k1/m',
    ]));

  it('are refused with the time when they are not', () =>
    expect(run([], () => undefined, { cooling: coolingFor(2_001) }).end).toEqual({
      kind: 'give-up',
      why: 'cooling',
      retryAtMs: T0 + 2_001,
    }));

  it('are not waited for beyond the deadline', () =>
    expect(
      run([], () => undefined, { cooling: coolingFor(1_000), limits: { deadlineAtMs: T0 + 1_000 } }).end,
    ).toMatchObject({ why: 'cooling' }));

  it('come into play when they wake up while others fail', () => {
    const { story } = run(
      [target('b/m')],
      (candidate) => (candidate.target === a ? undefined : failure('server')),
      {
        cooling: coolingFor(5_000),
        attemptMs: 6_000,
      },
    );
    expect(story).toEqual(['b/k1/m', 'a/k1/m']);
  });

  it('keep out of a call when nobody can be asked at all', () =>
    expect(run([], () => undefined).end).toEqual({ kind: 'give-up', why: 'exhausted' }));
});

describe('the end of the attempts', () => {
  it('names the first recovery among what failed and what cools', () => {
    const [a, b, c] = [target('a/m'), target('b/m'), target('c/m')];
    const waits: Readonly<Record<string, number>> = { a: 25_000, b: 11_000 };
    const { end } = run(
      [a, b],
      ({ target: { provider } }) => failure('rate_minute', { wakeAtMs: T0 + (waits[provider.name] ?? 0) }),
      { cooling: candidatesOf([c]).map((candidate) => ({ candidate, untilMs: T0 + 30_000 })) },
    );
    expect(end).toEqual({ kind: 'give-up', why: 'exhausted', retryAtMs: T0 + 11_000 });
  });

  it('is the deadline when time runs out', () =>
    expect(run([target('a/m'), target('b/m')], always('server'), { attemptMs: 600_000 }).end).toMatchObject({
      why: 'deadline',
    }));
});

describe('whatever fails', () => {
  const arbitraryTargets = fc.array(
    fc.record({ keys: fc.integer({ min: 1, max: 4 }), grouped: fc.boolean(), provider: fc.nat(3) }),
    { maxLength: 6 },
  );
  const arbitraryFailure = fc.record({
    class: fc.constantFrom(...FAILURE_CLASSES),
    scope: fc.constantFrom('model', 'credential', 'group', 'none'),
    status: fc.constantFrom(null, 500),
    wakeInMs: fc.option(fc.integer({ min: -1_000, max: 90_000 }), { nil: undefined }),
  });
  const world = fc.record({
    shape: arbitraryTargets,
    failures: fc.array(arbitraryFailure, { minLength: 1, maxLength: 20 }),
    cools: fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 3 }),
    maxAttempts: fc.integer({ min: 1, max: 20 }),
    deadlineMs: fc.integer({ min: 1, max: 30_000 }),
    attemptMs: fc.integer({ min: 0, max: 4_000 }),
    seed: fc.integer(),
  });

  const play = (input: typeof world extends fc.Arbitrary<infer W> ? W : never): Run => {
    const targets = input.shape.map(({ keys, grouped, provider }, i) =>
      target(
        `p${provider}/m${i}`,
        Array.from({ length: keys }, (_, k) => `k${k}${grouped ? ':g' : ''}`),
      ),
    );
    const coolers = candidatesOf([target('z/m', ['k0', 'k1', 'k2'])]);
    const cooling = input.cools
      .flatMap((ms, i) => (coolers[i] ? [{ candidate: coolers[i], untilMs: T0 + ms }] : []))
      .sort((x, y) => x.untilMs - y.untilMs);
    const failAt = (_: unknown, n: number, nowMs: number): Failure => {
      const { wakeInMs, ...rest } = input.failures[(n - 1) % input.failures.length] ?? {
        class: 'server' as const,
        scope: 'model' as const,
        status: null,
        wakeInMs: undefined,
      };
      return failure(rest.class, {
        ...rest,
        ...(wakeInMs === undefined ? {} : { wakeAtMs: nowMs + wakeInMs }),
      });
    };
    return run(targets, failAt, {
      cooling,
      attemptMs: input.attemptMs,
      jitter: seededRandom(input.seed)(),
      limits: { maxAttempts: input.maxAttempts, deadlineAtMs: T0 + input.deadlineMs },
    });
  };

  it('ends, within the attempts and the deadline, and never asks the same candidate twice', () => {
    fc.assert(
      fc.property(world, (input) => {
        const { calls, end } = play(input);
        expect(end.kind).toBe('give-up');
        expect(calls.length).toBeLessThanOrEqual(input.maxAttempts);
        for (const { atMs } of calls) expect(atMs).toBeLessThan(T0 + input.deadlineMs);
        const asked = calls.map(({ candidate }) => `${candidate.credential.id} ${candidate.target.model}`);
        expect(new Set(asked).size).toBe(asked.length);
      }),
      { numRuns: 500 },
    );
  });

  it('tells the same story from the same input', () => {
    fc.assert(fc.property(world, (input) => expect(play(input).story).toEqual(play(input).story)));
  });

  it('asks at most two credentials of a target that refuses keys', () => {
    fc.assert(
      fc.property(arbitraryTargets, (shape) => {
        const targets = shape.map(({ keys }, i) =>
          target(
            `p${i}/m`,
            Array.from({ length: keys }, (_, k) => `k${k}`),
          ),
        );
        const { calls } = run(targets, always('auth'), { limits: { maxAttempts: 20 } });
        for (const each of targets) {
          const asked = calls.filter(({ candidate }) => candidate.target === each).length;
          expect(asked).toBe(Math.min(2, each.provider.credentials.length));
        }
      }),
    );
  });

  it('sends the second attempt to another quota group where there is one', () => {
    fc.assert(
      fc.property(
        arbitraryTargets,
        fc.constantFrom<Failure['class']>('server', 'overload', 'rate_minute', 'credit', 'target_gone'),
        (shape, what) => {
          const targets = shape.map(({ keys, grouped }, i) =>
            target(
              `p${i % 2}/m${i}`,
              Array.from({ length: keys }, (_, k) => `k${k}${grouped ? ':g' : ''}`),
            ),
          );
          const { calls } = run(targets, always(what));
          const [first, second] = calls.map(({ candidate }) => candidate);
          if (!first || !second) return;
          const elsewhere = candidatesOf(targets).some(
            ({ credential, target: { provider, model } }) =>
              credential.quotaGroup !== first.credential.quotaGroup &&
              (provider.name !== first.target.provider.name || model !== first.target.model),
          );
          if (elsewhere) expect(second.credential.quotaGroup).not.toBe(first.credential.quotaGroup);
        },
      ),
    );
  });
});
