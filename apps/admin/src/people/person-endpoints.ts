import { z } from 'zod';
import { ADMINS_ONLY, defineEndpoint, type InputOf } from '../http/endpoint-kit';
import { named } from '../schema/components';
import { listOf, listQuery } from '../schema/page';
import { byId, displayName, email, id, slugOrId, timestamp } from '../schema/text';

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

const shared = { tag: 'people', policy: ADMINS_ONLY } as const;

export const personEndpoints = {
  list: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'people',
    operationId: 'listPeople',
    summary: 'List people',
    query,
    answer: { status: 200, schema: listOf('PersonList', personResource) },
  }),
  create: defineEndpoint({
    ...shared,
    method: 'POST',
    path: 'people',
    operationId: 'createPerson',
    summary: 'Create a person',
    body: create,
    answer: { status: 201, schema: personResource },
    versioned: true,
    idempotent: true,
    refusals: [409, 422],
  }),
  get: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'people/:id',
    operationId: 'getPerson',
    summary: 'Read a person',
    params: byId,
    answer: { status: 200, schema: personResource },
    versioned: true,
    refusals: [404],
  }),
  patch: defineEndpoint({
    ...shared,
    method: 'PATCH',
    path: 'people/:id',
    operationId: 'updatePerson',
    summary: 'Change a person; null empties a field',
    params: byId,
    body: patch,
    answer: { status: 200, schema: personResource },
    versioned: true,
    refusals: [404, 412, 428],
  }),
};

export type CreatePerson = InputOf<typeof personEndpoints.create>['body'];
export type PatchPerson = InputOf<typeof personEndpoints.patch>['body'];
export type ListPersonQuery = InputOf<typeof personEndpoints.list>['query'];
