import { QUOTA_LIMITS } from '@turnpike/protocol';
import { z } from 'zod';
import { ADMINS_ONLY, defineEndpoint, type InputOf } from '../http/endpoint-kit';
import { named } from '../schema/components';
import { listOf, orderedListQuery } from '../schema/page';
import { timestamp } from '../schema/text';
import { byStateId, NAME_FILTERS, providerName, quotaGroupName, opaqueId } from './state-schemas';

const amount = z.number().min(0);
const reset = {
  resetsAt: timestamp.nullable().describe('when all of it is there again; null: nobody waits for that'),
  resetsInSeconds: z.int().min(0).nullable(),
} as const;

const limit = z.strictObject({
  metric: z.enum(QUOTA_LIMITS),
  limit: amount,
  used: amount,
  remaining: amount,
  ...reset,
});

const learned = z.strictObject({
  model: z.string().describe('the one that was asked when the provider told of it'),
  bucket: z.string().describe('such as requests, tokens_day; subscription windows: 5h, day, week, month'),
  unit: z.enum(['requests', 'tokens', 'share']).describe('share: of a whole window, whose limit is 1'),
  refill: z.enum(['continuous', 'window']).describe('window: all of it comes back at once'),
  periodSeconds: amount.describe('what the limit is granted for'),
  limit: amount,
  used: amount,
  remaining: amount,
  ...reset,
});

export const quotaGroupResource = named(
  'QuotaGroup',
  z.strictObject({
    id: opaqueId,
    provider: providerName,
    quotaGroup: quotaGroupName,
    credentials: z.array(z.string()).describe('without a configuration file: those that are known of'),
    limits: z
      .array(limit)
      .nullable()
      .describe(
        'of the configuration, kept to before each call; null: this process has no configuration file',
      ),
    learned: z.array(learned).describe("what the provider's own headers told"),
    callsUnderWay: z.int().min(0).nullable().describe('null: not counted, for their number is not limited'),
  }),
);

export type QuotaGroupResource = z.output<typeof quotaGroupResource>;

const query = orderedListQuery(['provider', 'quotaGroup'], NAME_FILTERS);

const shared = { tag: 'quota-groups', policy: ADMINS_ONLY } as const;

export const quotaGroupEndpoints = {
  list: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'quota-groups',
    operationId: 'listQuotaGroups',
    summary: 'List what providers grant, how much of it is used, and when it comes back',
    query,
    answer: { status: 200, schema: listOf('QuotaGroupList', quotaGroupResource) },
  }),
  get: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'quota-groups/:id',
    operationId: 'getQuotaGroup',
    summary: 'Read a quota group',
    params: byStateId,
    answer: { status: 200, schema: quotaGroupResource },
    refusals: [404],
  }),
};

export type ListQuotaGroupsQuery = InputOf<typeof quotaGroupEndpoints.list>['query'];
