import type { Failure } from '@turnpike/protocol';
import type { AttemptState, Waiting } from './attempt-state';
import type { Candidate, RoutableTarget } from './types';

const BACKOFF_BASE_MS = 250;
const BACKOFF_CAP_MS = 20_000;

const sameProvider = <T extends RoutableTarget>(a: Candidate<T>, b: Candidate<T>): boolean =>
  a.target.provider.name === b.target.provider.name;

const sameModel = <T extends RoutableTarget>(a: Candidate<T>, b: Candidate<T>): boolean =>
  sameProvider(a, b) && a.target.model === b.target.model;

const sameCandidate = <T extends RoutableTarget>(a: Candidate<T>, b: Candidate<T>): boolean =>
  a.target === b.target && a.credential.id === b.credential.id;

const sameGroup = <T extends RoutableTarget>(a: Candidate<T>, b: Candidate<T>): boolean =>
  a.credential.quotaGroup === b.credential.quotaGroup;

const firstThen = <V>(values: readonly V[], isFirst: (value: V) => boolean): readonly V[] => [
  ...values.filter(isFirst),
  ...values.filter((value) => !isFirst(value)),
];

/** When the same target may be asked again: full jitter, or the provider's own hint, waited for like a cooldown. */
function pauseBefore<T extends RoutableTarget>(
  state: AttemptState<T>,
  failure: Failure,
  nowMs: number,
): Pick<Waiting<T>, 'readyAtMs' | 'because'> {
  const hint = failure.wakeAtMs;
  if (hint !== undefined && hint > nowMs) return { readyAtMs: hint, because: 'cooldown' };
  const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** state.backoffs);
  return { readyAtMs: nowMs + Math.round(state.jitter * ceiling), because: 'backoff' };
}

/**
 * Other targets first; another credential of the same one last and after a pause. The same candidate never again: an
 * outage must not be multiplied, and a request that may have been served must not be bought twice.
 */
function afterServerFailure<T extends RoutableTarget>(
  state: AttemptState<T>,
  failed: Candidate<T>,
  failure: Failure,
  nowMs: number,
): AttemptState<T> {
  const pause = pauseBefore(state, failure, nowMs);
  const isSame = failure.scope === 'group' ? sameProvider<T> : sameModel<T>;
  const delay = (entry: Waiting<T>): Waiting<T> =>
    entry.readyAtMs > pause.readyAtMs ? entry : { ...entry, ...pause };
  const others = state.queue.filter(({ candidate }) => !isSame(candidate, failed));
  const same = state.queue.filter(({ candidate }) => isSame(candidate, failed)).map(delay);
  return { ...state, queue: [...others, ...same], backoffs: state.backoffs + (same.length > 0 ? 1 : 0) };
}

/** Another credential of the target, once per target; never a walk through a pool that is blocked as a whole. */
function afterAuthFailure<T extends RoutableTarget>(
  state: AttemptState<T>,
  failed: Candidate<T>,
  failure: Failure,
): AttemptState<T> {
  if (failure.scope === 'group') {
    return { ...state, queue: state.queue.filter(({ candidate }) => !sameProvider(candidate, failed)) };
  }
  const queue = state.queue.filter(
    ({ candidate }) =>
      candidate.credential.id !== failed.credential.id ||
      (failure.scope === 'model' && !sameModel(candidate, failed)),
  );
  if (state.credentialSwitches.includes(failed.target)) {
    return { ...state, queue: queue.filter(({ candidate }) => candidate.target !== failed.target) };
  }
  return {
    ...state,
    queue: firstThen(queue, ({ candidate }) => candidate.target === failed.target),
    credentialSwitches: [...state.credentialSwitches, failed.target],
  };
}

/** The queue without what this failure rules out. */
function narrow<T extends RoutableTarget>(
  state: AttemptState<T>,
  failed: Candidate<T>,
  failure: Failure,
  nowMs: number,
): AttemptState<T> {
  const keep = (rule: (candidate: Candidate<T>) => boolean): AttemptState<T> => ({
    ...state,
    queue: state.queue.filter(({ candidate }) => rule(candidate)),
  });
  switch (failure.class) {
    case 'rate_minute':
    case 'rate_long':
    case 'credit':
      return keep(
        (other) => !sameGroup(other, failed) || (failure.scope === 'model' && !sameModel(other, failed)),
      );
    case 'overload':
    case 'target_gone':
      return keep((other) => !sameModel(other, failed));
    case 'server':
      return afterServerFailure(state, failed, failure, nowMs);
    case 'auth':
      return afterAuthFailure(state, failed, failure);
    case 'context_length': {
      const limit = failed.target.capabilities?.contextWindow ?? Infinity;
      const larger = keep((other) => (other.target.capabilities?.contextWindow ?? 0) > limit);
      return larger.queue.length > 0 ? larger : { ...larger, refused: true };
    }
    case 'content_filter':
    case 'caller':
    case 'auxiliary':
      return { ...keep(() => false), refused: true };
  }
}

const earlier = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);

/** One attempt has failed: what may still be tried, and in which order. */
export function afterFailure<T extends RoutableTarget>(
  state: AttemptState<T>,
  failed: Candidate<T>,
  failure: Failure,
  nowMs: number,
): AttemptState<T> {
  const untried = {
    ...state,
    queue: state.queue.filter(({ candidate }) => !sameCandidate(candidate, failed)),
  };
  const next = narrow(untried, failed, failure, nowMs);
  const firstHop = state.made === 0 && failure.class !== 'auth';
  const retryAtMs = earlier(state.retryAtMs, failure.wakeAtMs);
  return {
    ...next,
    made: state.made + 1,
    queue: firstHop ? firstThen(next.queue, ({ candidate }) => !sameGroup(candidate, failed)) : next.queue,
    ...(retryAtMs === undefined ? {} : { retryAtMs }),
  };
}

/** This target cannot be asked this question at all: passed over, and no attempt is counted. */
export const skipTarget = <T extends RoutableTarget>(
  state: AttemptState<T>,
  { target }: Candidate<T>,
): AttemptState<T> => ({
  ...state,
  queue: state.queue.filter(({ candidate }) => candidate.target !== target),
});

/** The gate in front of a candidate was shut: it is asked again when that makes sense, and no attempt is counted. */
export const afterClosed = <T extends RoutableTarget>(
  state: AttemptState<T>,
  closed: Candidate<T>,
  untilMs: number,
): AttemptState<T> => ({
  ...state,
  queue: state.queue.map((entry) =>
    sameCandidate(entry.candidate, closed) ? { ...entry, readyAtMs: untilMs, because: 'cooldown' } : entry,
  ),
});

/** No more than this group has coming may be spent on it: nobody of it is asked any more. */
export const skipGroup = <T extends RoutableTarget>(
  state: AttemptState<T>,
  spent: Candidate<T>,
): AttemptState<T> => ({
  ...state,
  queue: state.queue.filter(({ candidate }) => !sameGroup(candidate, spent)),
});

/** Time went by in waiting. */
export const afterWait = <T extends RoutableTarget>(state: AttemptState<T>, ms: number): AttemptState<T> => ({
  ...state,
  waitedMs: state.waitedMs + Math.max(0, ms),
});

/** The same candidate is asked again, because what it was refused for has been mended. The attempt counts. */
export const repeatCandidate = <T extends RoutableTarget>(state: AttemptState<T>): AttemptState<T> => ({
  ...state,
  made: state.made + 1,
});
