import { toRfc3339 } from '@turnpike/kernel';
import type { Forgetting } from '@turnpike/routing';
import { inspectCooldowns, type CooldownFacts } from '@turnpike/routing/domain/group/inspect-group';
import type { CooldownResource } from './cooldown-endpoints';
import { credentialName, readGroupNames } from './group-names';
import type { RoutingStateReading } from './routing-state';
import { stateId } from './state-id';

export interface ShownCooldown {
  readonly group: string;
  /** What ends it. */
  readonly undo: Forgetting;
  readonly resource: CooldownResource;
}

/** Everything that is kept from being asked, of all groups. */
export const presentCooldowns = ({ groups, nowMs }: RoutingStateReading): readonly ShownCooldown[] =>
  [...groups].flatMap(([group, view]) =>
    inspectCooldowns(view, nowMs).map((facts) => ({
      group,
      undo: { kind: 'cooldown', subject: facts.subject, class: facts.class },
      resource: present(group, facts),
    })),
  );

function present(group: string, facts: CooldownFacts): CooldownResource {
  const { provider, quotaGroup, credential } = readGroupNames(group);
  return {
    id: stateId('cooldown', group, facts.subject, facts.class),
    provider,
    quotaGroup,
    credential: facts.credentialId === undefined ? credential : credentialName(facts.credentialId),
    model: facts.model ?? null,
    class: facts.class,
    provenance: facts.provenance,
    state: facts.state,
    startedAt: toRfc3339(facts.startedMs),
    until: toRfc3339(facts.untilMs),
    strikes: facts.strikes,
  };
}
