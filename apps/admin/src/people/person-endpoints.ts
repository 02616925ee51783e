import { z } from 'zod';
import { resourceEndpoints, type InputOf } from '../http/endpoint-kit';
import { named } from '../schema/components';
import { listQuery } from '../schema/page';
import { displayName, email, id, slugOrId, timestamp } from '../schema/text';

export const role = z.enum(['platform-admin', 'team-admin', 'developer', 'finance', 'none']);

export const personResource = named(
  'Person',
  z.strictObject({
    id,
    email: z.string(),
    name: z.string().nullable(),
    team: z.string().nullable().describe('slug'),
    role,
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);

export type PersonResource = z.output<typeof personResource>;

const create = named(
  'PersonCreate',
  z.strictObject({
    email,
    name: displayName.optional(),
    team: slugOrId.optional(),
    role: role.default('developer'),
  }),
);
const patch = named(
  'PersonPatch',
  z.strictObject({
    name: displayName.nullable().optional(),
    team: slugOrId.nullable().optional(),
    role: role.optional(),
  }),
);
const query = listQuery(['email'], {
  email: email.optional(),
  name: displayName.optional(),
  team: slugOrId.optional(),
  role: role.optional(),
});

export const personEndpoints = resourceEndpoints({
  path: 'people',
  name: 'Person',
  names: 'People',
  words: ['person', 'people'],
  query,
  create,
  patch,
  resource: personResource,
});

export type CreatePerson = InputOf<typeof personEndpoints.create>['body'];
export type PatchPerson = InputOf<typeof personEndpoints.patch>['body'];
export type ListPersonQuery = InputOf<typeof personEndpoints.list>['query'];
