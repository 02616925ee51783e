import type { Random } from '@turnpike/kernel';
import type { RoutingSignals, Strategy } from './strategy';
import type {
  Candidate,
  CoolingCandidate,
  Cooldown,
  Cooldowns,
  DroppedCandidate,
  RoutableTarget,
  RoutePlan,
} from './types';

/** A route and what the order of its candidates depends on at this moment. */
export interface CandidateQuestion<T extends RoutableTarget> extends RoutingSignals {
  readonly strategy: Strategy;
  readonly targets: readonly T[];
  readonly cooldowns: Cooldowns;
  readonly nowMs: number;
  readonly random: Random;
}

interface Cooling<T extends RoutableTarget> extends CoolingCandidate<T> {
  readonly cooldown: Cooldown;
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

type CooldownSubject = Parameters<Cooldowns['find']>[0];

const subjects = new WeakMap<Candidate<RoutableTarget>, CooldownSubject>();

/** What the cooldown port asks of a candidate. */
export function cooldownKeyOf<T extends RoutableTarget>(candidate: Candidate<T>): CooldownSubject {
  let subject = subjects.get(candidate);
  if (subject === undefined) {
    const { target, credential } = candidate;
    subject = {
      credentialId: credential.id,
      quotaGroup: credential.quotaGroup,
      provider: target.provider.name,
      model: target.model,
    };
    subjects.set(candidate, subject);
  }
  return subject;
}

/** A wait that we made up must not black out a route; a stated one, an empty account or a refused key does. */
const isSoft = (cooldown: Cooldown): boolean =>
  cooldown.provenance === 'heuristic' && (cooldown.class === 'rate_minute' || cooldown.class === 'rate_long');

const describeDropped = <T extends RoutableTarget>({
  candidate,
  cooldown,
}: Cooling<T>): DroppedCandidate => ({
  provider: candidate.target.provider.name,
  credential: candidate.credential.name,
  model: candidate.target.model,
  reason: `cooling_${cooldown.class}`,
  untilMs: cooldown.untilMs,
});

/** Targets expand into one candidate per credential, adjacent, in file order; those that cool are dropped and named. */
export function planCandidates<T extends RoutableTarget>(question: CandidateQuestion<T>): RoutePlan<T> {
  const { strategy, targets, cooldowns, nowMs, random, turn } = question;
  const cooling: Cooling<T>[] = [];
  for (const target of targets) {
    for (const candidate of candidatesOf(target)) {
      const cooldown = cooldowns.find(cooldownKeyOf(candidate), nowMs);
      if (cooldown) cooling.push({ candidate, cooldown, untilMs: cooldown.untilMs });
    }
  }
  if (cooling.length > 0) return planAround(question, cooling);
  const ordered = strategy(targets, { turn }, random);
  const [only] = ordered;
  const candidates = ordered.length === 1 && only ? candidatesOf(only) : ordered.flatMap(candidatesOf);
  return { candidates, cooling: [], dropped: [] };
}

/** The same when somebody cools. */
function planAround<T extends RoutableTarget>(
  { strategy, targets, random, turn }: CandidateQuestion<T>,
  cools: readonly Cooling<T>[],
): RoutePlan<T> {
  let cooling = [...cools].sort((a, b) => a.untilMs - b.untilMs);
  const cold = new Set(cooling.map(({ candidate }) => candidate));
  if (targets.every((target) => candidatesOf(target).every((candidate) => cold.has(candidate)))) {
    const degraded = cooling.find(({ cooldown }) => isSoft(cooldown));
    if (degraded) cold.delete(degraded.candidate);
    cooling = cooling.filter((entry) => entry !== degraded);
  }
  const usableOf = (target: T): Candidate<T>[] =>
    candidatesOf(target).filter((candidate) => !cold.has(candidate));
  const usable = targets.filter((target) => usableOf(target).length > 0);
  const alive = usable.length === targets.length ? targets : usable;
  const earliest = cooling[0]?.untilMs;
  return {
    candidates: strategy(alive, { turn }, random).flatMap(usableOf),
    cooling: cooling.map(({ candidate, untilMs }) => ({ candidate, untilMs })),
    dropped: cooling.map(describeDropped),
    ...(earliest === undefined ? {} : { earliestWakeMs: earliest }),
  };
}

/** Epoch milliseconds at which the first cooling candidate of these targets is usable again; undefined: none cools. */
export function earliestWake<T extends RoutableTarget>(
  targets: readonly T[],
  cooldowns: Cooldowns,
  nowMs: number,
): number | undefined {
  const ends = targets
    .flatMap(candidatesOf)
    .flatMap((candidate) => cooldowns.find(cooldownKeyOf(candidate), nowMs)?.untilMs ?? []);
  return ends.length > 0 ? Math.min(...ends) : undefined;
}
