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

const state = z.enum(['closed', 'open', 'half-open']);
const count = z.int().min(0);
const whileClosed = 'null: it is not closed, and nothing is counted';

export const breakerResource = named(
  'Breaker',
  z.strictObject({
    id: opaqueId,
    provider: providerName,
    quotaGroup: quotaGroupName,
    credential: z.string(),
    model: z.string().describe('at the provider'),
    state: state.describe('open: nothing is sent; half-open: a few calls try'),
    until: timestamp.nullable().describe('end of the time that it is open, or was last; null: it is closed'),
    calls: count.nullable().describe(`calls of the window; ${whileClosed}`),
    failures: count.nullable().describe(`failures of the window; ${whileClosed}`),
    failuresInARow: count.nullable().describe(whileClosed),
    windowSeconds: count,
    probes: count.describe('calls under way that try it while it is half-open'),
  }),
);

export type BreakerResource = z.output<typeof breakerResource>;

const query = orderedListQuery(['provider', 'model', 'state', 'until'], {
  ...NAME_FILTERS,
  model: modelFilter,
  state: state.optional(),
});

const shared = { tag: 'breakers', policy: ADMINS_ONLY } as const;

export const breakerEndpoints = {
  list: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'breakers',
    operationId: 'listBreakers',
    summary: 'List the breakers that have something to say; all others are closed',
    query,
    answer: { status: 200, schema: listOf('BreakerList', breakerResource) },
  }),
  get: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'breakers/:id',
    operationId: 'getBreaker',
    summary: 'Read a breaker',
    params: byStateId,
    answer: { status: 200, schema: breakerResource },
    refusals: [404],
  }),
  reset: defineEndpoint({
    ...shared,
    method: 'POST',
    path: 'breakers/:id/reset',
    operationId: 'resetBreaker',
    summary: 'Close a breaker and forget its failures; all gateways know within a second',
    params: byStateId,
    body: named('BreakerReset', z.strictObject({})),
    answer: { status: 200, schema: breakerResource },
    refusals: [404],
  }),
};

export type ListBreakersQuery = InputOf<typeof breakerEndpoints.list>['query'];
