import { z } from 'zod';
import { ADMINS_ONLY, defineEndpoint, type InputOf } from '../http/endpoint-kit';
import { named } from '../schema/components';
import { listOf, listQuery } from '../schema/page';
import { byId, displayName, id, slug, timestamp } from '../schema/text';

export const teamResource = named(
  'Team',
  z.strictObject({
    id,
    slug: z.string(),
    name: z.string().nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);

export type TeamResource = z.output<typeof teamResource>;

const create = named('TeamCreate', z.strictObject({ slug, name: displayName.optional() }));
const patch = named('TeamPatch', z.strictObject({ name: displayName.nullable().optional() }));
const query = listQuery(['slug'], { slug: slug.optional(), name: displayName.optional() });

const shared = { tag: 'teams', policy: ADMINS_ONLY } as const;

export const teamEndpoints = {
  list: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'teams',
    operationId: 'listTeams',
    summary: 'List teams',
    query,
    answer: { status: 200, schema: listOf('TeamList', teamResource) },
  }),
  create: defineEndpoint({
    ...shared,
    method: 'POST',
    path: 'teams',
    operationId: 'createTeam',
    summary: 'Create a team',
    body: create,
    answer: { status: 201, schema: teamResource },
    versioned: true,
    idempotent: true,
    refusals: [409, 422],
  }),
  get: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'teams/:id',
    operationId: 'getTeam',
    summary: 'Read a team',
    params: byId,
    answer: { status: 200, schema: teamResource },
    versioned: true,
    refusals: [404],
  }),
  patch: defineEndpoint({
    ...shared,
    method: 'PATCH',
    path: 'teams/:id',
    operationId: 'updateTeam',
    summary: 'Change a team; null empties a field',
    params: byId,
    body: patch,
    answer: { status: 200, schema: teamResource },
    versioned: true,
    refusals: [404, 412, 428],
  }),
};

export type CreateTeam = InputOf<typeof teamEndpoints.create>['body'];
export type PatchTeam = InputOf<typeof teamEndpoints.patch>['body'];
export type ListTeamQuery = InputOf<typeof teamEndpoints.list>['query'];
