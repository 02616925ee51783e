import { BENCHED_CLASSES } from '@turnpike/routing/domain/group/inspect-group';
import { z } from 'zod';
import { ADMINS_ONLY, defineEndpoint, type InputOf } from '../http/endpoint-kit';
import { named } from '../schema/components';
import { listOf, orderedListQuery } from '../schema/page';
import { timestamp } from '../schema/text';
import {
  byStateId,
  modelFilter,
  NAME_FILTERS,
  providerName,
  quotaGroupName,
  opaqueId,
} from './state-schemas';

const failureClass = z.enum(BENCHED_CLASSES);
const state = z.enum(['cooling', 'recovering']);
const provenance = z.enum(['authoritative', 'heuristic']);

export const cooldownResource = named(
  'Cooldown',
  z.strictObject({
    id: opaqueId,
    provider: providerName,
    quotaGroup: quotaGroupName,
    credential: z.string().nullable().describe('null: every credential of the quota group'),
    model: z.string().nullable().describe('at the provider; null: every model'),
    class: failureClass.describe('of the failure that began it'),
    provenance: provenance.describe('authoritative: the provider said until when'),
    state: state.describe('recovering: the wait is over, and one call at a time tries until one succeeds'),
    startedAt: timestamp,
    until: timestamp,
    strikes: z.int().min(0).describe('failures of the last 24 hours that made it longer'),
  }),
);

export type CooldownResource = z.output<typeof cooldownResource>;

const query = orderedListQuery(['until', 'startedAt', 'provider', 'model'], {
  ...NAME_FILTERS,
  model: modelFilter,
  class: failureClass.optional(),
  provenance: provenance.optional(),
  state: state.optional(),
});

const shared = { tag: 'cooldowns', policy: ADMINS_ONLY } as const;

export const cooldownEndpoints = {
  list: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'cooldowns',
    operationId: 'listCooldowns',
    summary: 'List who is not asked for now, and until when',
    query,
    answer: { status: 200, schema: listOf('CooldownList', cooldownResource) },
  }),
  get: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'cooldowns/:id',
    operationId: 'getCooldown',
    summary: 'Read a cooldown',
    params: byStateId,
    answer: { status: 200, schema: cooldownResource },
    refusals: [404],
  }),
  clear: defineEndpoint({
    ...shared,
    method: 'DELETE',
    path: 'cooldowns/:id',
    operationId: 'clearCooldown',
    summary: 'End a cooldown and forget its strikes; all gateways know within a second',
    params: byStateId,
    answer: { status: 204 },
    refusals: [404],
  }),
};

export type ListCooldownsQuery = InputOf<typeof cooldownEndpoints.list>['query'];
