import { toRfc3339 } from '@turnpike/kernel';
import type { Forgetting } from '@turnpike/routing';
import { inspectBreakers, type BreakerFacts } from '@turnpike/routing/domain/group/inspect-group';
import type { BreakerResource } from './breaker-endpoints';
import { credentialName, readGroupNames } from './group-names';
import type { RoutingStateReading } from './routing-state';
import { stateId } from './state-id';

export interface ShownBreaker {
  readonly group: string;
  /** What closes it. */
  readonly undo: Forgetting;
  readonly resource: BreakerResource;
}

/** Every breaker of which anything is known, of all groups. */
export const presentBreakers = ({ groups, nowMs }: RoutingStateReading): readonly ShownBreaker[] =>
  [...groups].flatMap(([group, view]) =>
    inspectBreakers(view, nowMs).map((facts) => ({
      group,
      undo: { kind: 'breaker', place: facts.place },
      resource: present(group, facts),
    })),
  );

function present(group: string, facts: BreakerFacts): BreakerResource {
  const { provider, quotaGroup } = readGroupNames(group);
  return {
    id: stateId('breaker', group, facts.place),
    provider,
    quotaGroup,
    credential: credentialName(facts.credentialId),
    model: facts.model,
    state: facts.phase,
    until: facts.untilMs === undefined ? null : toRfc3339(facts.untilMs),
    calls: facts.calls ?? null,
    failures: facts.failures ?? null,
    failuresInARow: facts.failuresInARow ?? null,
    windowSeconds: facts.windowMs / 1_000,
    probes: facts.probes,
  };
}

/** The same breaker once it is reset. */
export const presentReset = (breaker: BreakerResource): BreakerResource => ({
  ...breaker,
  state: 'closed',
  until: null,
  calls: 0,
  failures: 0,
  failuresInARow: 0,
  probes: 0,
});
