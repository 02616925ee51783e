import type { Random } from '@turnpike/kernel';
import type { AttemptState, Waiting } from './attempt-state';
import type { AttemptLimits, RoutableTarget, RoutePlan, Step } from './types';

/** The state of a call before its first attempt. `random` is drawn from once, for the pauses of this call. */
export function beginAttempts<T extends RoutableTarget>(
  plan: RoutePlan<T>,
  limits: AttemptLimits,
  random: Random,
): AttemptState<T> {
  const ready = plan.candidates.map((candidate): Waiting<T> => ({
    candidate,
    readyAtMs: 0,
    because: 'cooldown',
    ...(candidate === plan.forced ? { force: true } : {}),
  }));
  const cooling = plan.cooling.map(({ candidate, untilMs }): Waiting<T> => ({
    candidate,
    readyAtMs: untilMs,
    because: 'cooldown',
  }));
  return {
    limits,
    queue: cooling.length === 0 ? ready : [...ready, ...cooling],
    made: 0,
    waitedMs: 0,
    backoffs: 0,
    jitter: random(),
    credentialSwitches: [],
    refused: false,
    ...(plan.earliestWakeMs === undefined ? {} : { retryAtMs: plan.earliestWakeMs }),
  };
}

const least = (a: number, b: number): number => Math.min(a, b);

type GiveUp<T extends RoutableTarget> = Extract<Step<T>, { kind: 'give-up' }>;

function giveUp<T extends RoutableTarget>(
  state: AttemptState<T>,
  why: GiveUp<T>['why'],
  nowMs: number,
): GiveUp<T> {
  const wakes = state.queue.filter(({ because }) => because === 'cooldown').map(({ readyAtMs }) => readyAtMs);
  const retryAtMs = [...wakes, state.retryAtMs ?? Infinity]
    .filter((ms) => ms > nowMs)
    .reduce(least, Infinity);
  return retryAtMs < Infinity ? { kind: 'give-up', why, retryAtMs } : { kind: 'give-up', why };
}

/** A stated wait is waited for briefly, a pause of ours as long as the deadline allows. */
const isNear = <T extends RoutableTarget>(
  state: AttemptState<T>,
  entry: Waiting<T>,
  nowMs: number,
): boolean =>
  entry.readyAtMs < state.limits.deadlineAtMs &&
  (entry.because === 'backoff' || entry.readyAtMs - nowMs <= state.limits.maxQueueWaitMs - state.waitedMs);

/**
 * What to do now. After `call` comes the end of that attempt (`afterFailure`, or nothing more); after `wait` comes
 * the same question again. Never more than `maxAttempts`, never a start at or after the deadline.
 */
export function nextStep<T extends RoutableTarget>(state: AttemptState<T>, nowMs: number): Step<T> {
  const { limits, queue, made } = state;
  if (state.refused) return { kind: 'give-up', why: 'caller' };
  if (made >= limits.maxAttempts) return giveUp(state, 'attempts', nowMs);
  if (nowMs >= limits.deadlineAtMs) return giveUp(state, 'deadline', nowMs);
  const ready = queue.find(({ readyAtMs }) => readyAtMs <= nowMs);
  if (ready) return { kind: 'call', candidate: ready.candidate, n: made + 1, force: ready.force ?? false };
  const near = queue
    .filter((entry) => isNear(state, entry, nowMs))
    .reduce<Waiting<T> | undefined>((a, b) => (a && a.readyAtMs <= b.readyAtMs ? a : b), undefined);
  if (near) {
    const ms = Math.ceil(near.readyAtMs - nowMs);
    return { kind: 'wait', ms, because: near.because, candidate: near.candidate };
  }
  return giveUp(state, made === 0 && queue.length > 0 ? 'cooling' : 'exhausted', nowMs);
}
