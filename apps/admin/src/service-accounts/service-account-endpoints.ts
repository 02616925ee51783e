import { z } from 'zod';
import { ADMINS_ONLY, defineEndpoint, type InputOf } from '../http/endpoint-kit';
import { named } from '../schema/components';
import { listOf, listQuery } from '../schema/page';
import { byId, id, slug, slugOrId, timestamp } from '../schema/text';

export const serviceAccountResource = named(
  'ServiceAccount',
  z.strictObject({
    id,
    slug: z.string(),
    team: z.string().nullable().describe('slug'),
    project: z.string().nullable().describe('slug'),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);

export type ServiceAccountResource = z.output<typeof serviceAccountResource>;

const create = named(
  'ServiceAccountCreate',
  z.strictObject({ slug, team: slugOrId.optional(), project: slugOrId.optional() }),
);
const patch = named(
  'ServiceAccountPatch',
  z.strictObject({ team: slugOrId.nullable().optional(), project: slugOrId.nullable().optional() }),
);
const query = listQuery(['slug'], {
  slug: slug.optional(),
  team: slugOrId.optional(),
  project: slugOrId.optional(),
});

const shared = { tag: 'service-accounts', policy: ADMINS_ONLY } as const;

export const serviceAccountEndpoints = {
  list: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'service-accounts',
    operationId: 'listServiceAccounts',
    summary: 'List service accounts',
    query,
    answer: { status: 200, schema: listOf('ServiceAccountList', serviceAccountResource) },
  }),
  create: defineEndpoint({
    ...shared,
    method: 'POST',
    path: 'service-accounts',
    operationId: 'createServiceAccount',
    summary: 'Create a service account',
    body: create,
    answer: { status: 201, schema: serviceAccountResource },
    versioned: true,
    idempotent: true,
    refusals: [409, 422],
  }),
  get: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'service-accounts/:id',
    operationId: 'getServiceAccount',
    summary: 'Read a service account',
    params: byId,
    answer: { status: 200, schema: serviceAccountResource },
    versioned: true,
    refusals: [404],
  }),
  patch: defineEndpoint({
    ...shared,
    method: 'PATCH',
    path: 'service-accounts/:id',
    operationId: 'updateServiceAccount',
    summary: 'Change a service account; null empties a field',
    params: byId,
    body: patch,
    answer: { status: 200, schema: serviceAccountResource },
    versioned: true,
    refusals: [404, 412, 428],
  }),
};

export type CreateServiceAccount = InputOf<typeof serviceAccountEndpoints.create>['body'];
export type PatchServiceAccount = InputOf<typeof serviceAccountEndpoints.patch>['body'];
export type ListServiceAccountQuery = InputOf<typeof serviceAccountEndpoints.list>['query'];
