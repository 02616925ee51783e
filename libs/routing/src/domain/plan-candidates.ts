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

const candidatesOf = <T extends RoutableTarget>(target: T): readonly Candidate<T>[] =>
  target.provider.credentials.map((credential) => ({ target, credential }));

/** What the cooldown port asks of a candidate. */
export const cooldownKeyOf = <T extends RoutableTarget>({ target, credential }: Candidate<T>) => ({
  credentialId: credential.id,
  quotaGroup: credential.quotaGroup,
  provider: target.provider.name,
  model: target.model,
});

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
  const usable = new Map<T, Candidate<T>[]>();
  let cooling: Cooling<T>[] = [];
  for (const target of targets) {
    for (const candidate of candidatesOf(target)) {
      const cooldown = cooldowns.find(cooldownKeyOf(candidate), nowMs);
      if (cooldown) cooling.push({ candidate, cooldown, untilMs: cooldown.untilMs });
      else usable.set(target, [...(usable.get(target) ?? []), candidate]);
    }
  }
  cooling.sort((a, b) => a.untilMs - b.untilMs);
  const degraded = usable.size === 0 ? cooling.find(({ cooldown }) => isSoft(cooldown)) : undefined;
  if (degraded) {
    usable.set(degraded.candidate.target, [degraded.candidate]);
    cooling = cooling.filter((entry) => entry !== degraded);
  }
  const alive = usable.size === targets.length ? targets : [...usable.keys()];
  const candidates = strategy(alive, { turn }, random).flatMap((target) => usable.get(target) ?? []);
  const earliest = cooling[0]?.untilMs;
  return {
    candidates,
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
