import { z } from 'zod';
import { resourceEndpoints, type InputOf } from '../http/endpoint-kit';
import { named } from '../schema/components';
import { listQuery } from '../schema/page';
import { id, slug, slugOrId, timestamp } from '../schema/text';

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

export const serviceAccountEndpoints = resourceEndpoints({
  path: 'service-accounts',
  name: 'ServiceAccount',
  names: 'ServiceAccounts',
  words: ['service account', 'service accounts'],
  query,
  create,
  patch,
  resource: serviceAccountResource,
});

export type CreateServiceAccount = InputOf<typeof serviceAccountEndpoints.create>['body'];
export type PatchServiceAccount = InputOf<typeof serviceAccountEndpoints.patch>['body'];
export type ListServiceAccountQuery = InputOf<typeof serviceAccountEndpoints.list>['query'];
