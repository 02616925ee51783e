import type { Random } from '@turnpike/kernel';
import type { RoutingSignals, Strategy } from './strategy';
import type { Closed } from './group/bench';
import type { GatedPlace } from './gate';
import type { Candidate, CoolingCandidate, DroppedCandidate, RoutableTarget, RoutePlan } from './types';

/** A route and what the order of its candidates depends on at this moment. */
export interface CandidateQuestion<T extends RoutableTarget> extends RoutingSignals {
  readonly strategy: Strategy;
  readonly targets: readonly T[];
  /** What keeps a place out at this moment; undefined: nothing. */
  readonly look: (place: GatedPlace) => Closed | undefined;
  readonly random: Random;
}

interface Cooling<T extends RoutableTarget> extends CoolingCandidate<T> {
  readonly closed: Closed;
}

/** Targets never change, so what follows from one is made once and not per call. */
const expanded = new WeakMap<RoutableTarget, readonly Candidate<RoutableTarget>[]>();

function candidatesOf<T extends RoutableTarget>(target: T): readonly Candidate<T>[] {
  let candidates = expanded.get(target) as readonly Candidate<T>[] | undefined;
  if (candidates === undefined) {
    candidates = target.provider.credentials.map((credential) => ({ target, credential }));
    expanded.set(target, candidates);
  }
  return candidates;
}

const places = new WeakMap<Candidate<RoutableTarget>, GatedPlace>();

/** Where an attempt at this candidate is made; the same object for the same candidate. */
export function placeOf<T extends RoutableTarget>(candidate: Candidate<T>): GatedPlace {
  let place = places.get(candidate);
  if (place === undefined) {
    const { target, credential } = candidate;
    place = {
      credentialId: credential.id,
      quotaGroup: credential.quotaGroup,
      provider: target.provider.name,
      model: target.model,
      ...(credential.limits ? { limits: credential.limits } : {}),
    };
    places.set(candidate, place);
  }
  return place;
}

/** A candidate that is passed over, as traces name it. */
export const describeClosed = <T extends RoutableTarget>(
  { target, credential }: Candidate<T>,
  { reason, untilMs }: Pick<Closed, 'reason' | 'untilMs'>,
): DroppedCandidate => ({
  provider: target.provider.name,
  credential: credential.name,
  model: target.model,
  reason,
  untilMs,
});

/** Targets expand into one candidate per credential, adjacent, in file order; those that cool are dropped and named. */
export function planCandidates<T extends RoutableTarget>(question: CandidateQuestion<T>): RoutePlan<T> {
  const { strategy, targets, look, random } = question;
  const cooling: Cooling<T>[] = [];
  for (const target of targets) {
    for (const candidate of candidatesOf(target)) {
      const closed = look(placeOf(candidate));
      if (closed) cooling.push({ candidate, closed, untilMs: closed.untilMs });
    }
  }
  if (cooling.length > 0) return planAround(question, cooling);
  const ordered = strategy(targets, question, random);
  const [only] = ordered;
  const candidates = ordered.length === 1 && only ? candidatesOf(only) : ordered.flatMap(candidatesOf);
  return { candidates, cooling: [], dropped: [] };
}

/** The same when somebody cools. */
function planAround<T extends RoutableTarget>(
  question: CandidateQuestion<T>,
  cools: readonly Cooling<T>[],
): RoutePlan<T> {
  const { strategy, targets, random } = question;
  let cooling = [...cools].sort((a, b) => a.untilMs - b.untilMs);
  const cold = new Set(cooling.map(({ candidate }) => candidate));
  let forced: Candidate<T> | undefined;
  if (targets.every((target) => candidatesOf(target).every((candidate) => cold.has(candidate)))) {
    const degraded = cooling.find(({ closed }) => closed.soft);
    forced = degraded?.candidate;
    if (forced) cold.delete(forced);
    cooling = cooling.filter((entry) => entry !== degraded);
  }
  const usableOf = (target: T): Candidate<T>[] =>
    candidatesOf(target).filter((candidate) => !cold.has(candidate));
  const usable = targets.filter((target) => usableOf(target).length > 0);
  const alive = usable.length === targets.length ? targets : usable;
  const earliest = cooling[0]?.untilMs;
  return {
    candidates: strategy(alive, question, random).flatMap(usableOf),
    ...(forced ? { forced } : {}),
    cooling: cooling.map(({ candidate, untilMs }) => ({ candidate, untilMs })),
    dropped: cooling.map(({ candidate, closed }) => describeClosed(candidate, closed)),
    ...(earliest === undefined ? {} : { earliestWakeMs: earliest }),
  };
}

/** Every place of these targets. */
export const placesOf = <T extends RoutableTarget>(targets: readonly T[]): readonly GatedPlace[] =>
  targets.flatMap((target) => candidatesOf(target).map(placeOf));

const groups = new WeakMap<readonly RoutableTarget[], readonly string[]>();

/** The quota groups of these targets, each once; the same list for the same targets. */
export function groupsOf<T extends RoutableTarget>(targets: readonly T[]): readonly string[] {
  let known = groups.get(targets);
  if (known === undefined) {
    known = [...new Set(placesOf(targets).map(({ quotaGroup }) => quotaGroup))];
    groups.set(targets, known);
  }
  return known;
}

/** Epoch milliseconds at which the first closed candidate of these targets is usable again; undefined: none is closed. */
export function earliestWake<T extends RoutableTarget>(
  targets: readonly T[],
  look: CandidateQuestion<T>['look'],
): number | undefined {
  const ends = placesOf(targets).flatMap((place) => look(place)?.untilMs ?? []);
  return ends.length > 0 ? Math.min(...ends) : undefined;
}
