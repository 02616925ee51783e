import { target } from '../testing/targets';
import { afterClosed, afterWait, skipGroup } from './after-failure';
import { beginAttempts, nextStep } from './attempt-machine';
import type { AttemptState } from './attempt-state';
import { planCandidates } from './plan-candidates';
import type { RoutableTarget, RoutePlan } from './types';

type Target = RoutableTarget;

const T0 = 1_750_000_000_000;
const limits = { maxAttempts: 3, deadlineAtMs: T0 + 60_000, maxQueueWaitMs: 2_000 };
const [a, b] = [target('a/m', ['k1', 'k2:a/k1']), target('b/m')];

const candidatesOf = (targets: readonly Target[]) =>
  targets.flatMap((each) => each.provider.credentials.map((credential) => ({ target: each, credential })));

const begin = (plan: Partial<RoutePlan<Target>> = {}): AttemptState<Target> =>
  beginAttempts({ candidates: candidatesOf([a, b]), cooling: [], dropped: [], ...plan }, limits, () => 0.5);

/** The credential that is called next, the milliseconds that are waited for, or why nothing is. */
function next(state: AttemptState<Target>, nowMs = T0): string {
  const step = nextStep(state, nowMs);
  switch (step.kind) {
    case 'call':
      return step.force ? `${step.candidate.credential.id}!` : step.candidate.credential.id;
    case 'wait':
      return `${step.ms} ms for ${step.candidate.credential.id}`;
    case 'give-up':
      return `${step.why} ${step.retryAtMs === undefined ? '' : step.retryAtMs - nowMs}`.trim();
  }
}

const [k1, k2, other] = candidatesOf([a, b]);
if (!k1 || !k2 || !other) throw new Error('three candidates');

describe('a gate that is shut', () => {
  it('is passed by, and no attempt is counted', () => {
    const state = afterClosed(begin(), k1, T0 + 500);
    expect([next(state), state.made]).toEqual(['a/k2', 0]);
    expect(next(state, T0 + 500)).toBe('a/k1');
  });

  it('is waited for when all are, the first to open, within the time for it', () => {
    const closed = (ms: number) =>
      [k1, k2, other].reduce((state, each, i) => afterClosed(state, each, T0 + ms + i), begin());
    expect(next(closed(500))).toBe('500 ms for a/k1');
    expect(next(closed(1_999))).toBe('1999 ms for a/k1');
    expect(next(closed(2_001))).toBe('cooling 2001');
  });

  it('the time for waiting is one for the whole call', () => {
    const waited = (ms: number) =>
      afterWait(
        [k1, k2, other].reduce((state, each) => afterClosed(state, each, T0 + 1_000), begin()),
        ms,
      );
    expect([0, 1_000, 1_001].map((ms) => next(waited(ms)))).toEqual([
      '1000 ms for a/k1',
      '1000 ms for a/k1',
      'cooling 1000',
    ]);
    // No turn came in time: what is open already is still asked.
    expect(next(waited(Infinity))).toBe('cooling 1000');
    expect(next(waited(Infinity), T0 + 1_000)).toBe('a/k1');
  });

  it('is not asked again by force unless there was no other, and then still', () => {
    const forced = begin({ candidates: [k1], forced: k1 });
    expect(next(forced)).toBe('a/k1!');
    expect(next(afterClosed(forced, k1, T0 + 5), T0 + 5)).toBe('a/k1!');
    expect(next(afterClosed(begin({ candidates: [k1] }), k1, T0 + 5), T0 + 5)).toBe('a/k1');
  });
});

it('a group with nothing left to spend is asked no more', () => {
  expect(next(skipGroup(begin(), k1))).toBe('b/k1');
  expect(next(skipGroup(skipGroup(begin(), k2), other))).toBe('exhausted');
});

describe('the last target of a route', () => {
  const closed = (reason: string, soft: boolean, ms: number) =>
    ({ kind: 'closed', reason, soft, untilMs: T0 + ms, provenance: 'heuristic' }) as const;
  const plan = (looks: Record<string, ReturnType<typeof closed> | undefined>) =>
    planCandidates<Target>({
      strategy: (targets) => targets,
      targets: [a, b],
      look: ({ credentialId }) => looks[credentialId],
      random: () => 0.5,
      turn: 0,
    });
  const guess = (ms: number) => closed('cooling_rate_minute', true, ms);

  it('is used by force when only guesses keep everybody out: the one that ends first', () => {
    const made = plan({
      'a/k1': guess(9_000),
      'a/k2': closed('breaker_open', false, 100),
      'b/k1': guess(5_000),
    });
    expect(made.forced?.credential.id).toBe('b/k1');
    expect(next(beginAttempts(made, limits, () => 0.5))).toBe('b/k1!');
    expect(made.dropped.map(({ credential, reason }) => `${credential} ${reason}`)).toEqual([
      'k2 breaker_open',
      'k1 cooling_rate_minute',
    ]);
  });

  it('is not while there is another, nor when no wait is a guess', () => {
    expect(plan({ 'a/k1': guess(5_000), 'a/k2': guess(5_000) }).forced).toBeUndefined();
    const hard = closed('breaker_open', false, 9_000);
    const made = plan({ 'a/k1': hard, 'a/k2': hard, 'b/k1': hard });
    expect([made.forced, made.candidates]).toEqual([undefined, []]);
    expect(next(beginAttempts(made, limits, () => 0.5))).toBe('cooling 9000');
  });
});
