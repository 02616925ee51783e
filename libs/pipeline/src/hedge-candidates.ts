import type { Candidate, RoutableTarget, Waiting } from '@turnpike/routing';

const isSamePlace = <T extends RoutableTarget>(a: Candidate<T>, b: Candidate<T>): boolean =>
  a.credential.id === b.credential.id && a.target.model === b.target.model;

/**
 * Who may be asked beside an attempt that says nothing, best first: those of another quota group, as what slows one
 * place slows its neighbours; then those of another place. Never who cools, and never the same place again.
 */
export function hedgeCandidates<T extends RoutableTarget>(
  queue: readonly Waiting<T>[],
  asked: Candidate<T>,
  nowMs: number,
): readonly Candidate<T>[] {
  const others = queue
    .filter(({ candidate, readyAtMs }) => readyAtMs <= nowMs && !isSamePlace(candidate, asked))
    .map(({ candidate }) => candidate);
  const isNear = ({ credential }: Candidate<T>): boolean =>
    credential.quotaGroup === asked.credential.quotaGroup;
  return [...others.filter((each) => !isNear(each)), ...others.filter(isNear)];
}
