import { z } from 'zod';
import { ADMINS_ONLY, defineEndpoint, type InputOf } from '../http/endpoint-kit';
import { named } from '../schema/components';
import { listOf, listQuery } from '../schema/page';
import { byId, displayName, id, slug, slugOrId, timestamp } from '../schema/text';

export const projectResource = named(
  'Project',
  z.strictObject({
    id,
    slug: z.string(),
    name: z.string().nullable(),
    team: z.string().nullable().describe('slug'),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);

export type ProjectResource = z.output<typeof projectResource>;

const create = named(
  'ProjectCreate',
  z.strictObject({ slug, name: displayName.optional(), team: slugOrId.optional() }),
);
const patch = named(
  'ProjectPatch',
  z.strictObject({ name: displayName.nullable().optional(), team: slugOrId.nullable().optional() }),
);
const query = listQuery(['slug'], {
  slug: slug.optional(),
  name: displayName.optional(),
  team: slugOrId.optional(),
});

const shared = { tag: 'projects', policy: ADMINS_ONLY } as const;

export const projectEndpoints = {
  list: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'projects',
    operationId: 'listProjects',
    summary: 'List projects',
    query,
    answer: { status: 200, schema: listOf('ProjectList', projectResource) },
  }),
  create: defineEndpoint({
    ...shared,
    method: 'POST',
    path: 'projects',
    operationId: 'createProject',
    summary: 'Create a project',
    body: create,
    answer: { status: 201, schema: projectResource },
    versioned: true,
    idempotent: true,
    refusals: [409, 422],
  }),
  get: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'projects/:id',
    operationId: 'getProject',
    summary: 'Read a project',
    params: byId,
    answer: { status: 200, schema: projectResource },
    versioned: true,
    refusals: [404],
  }),
  patch: defineEndpoint({
    ...shared,
    method: 'PATCH',
    path: 'projects/:id',
    operationId: 'updateProject',
    summary: 'Change a project; null empties a field',
    params: byId,
    body: patch,
    answer: { status: 200, schema: projectResource },
    versioned: true,
    refusals: [404, 412, 428],
  }),
};

export type CreateProject = InputOf<typeof projectEndpoints.create>['body'];
export type PatchProject = InputOf<typeof projectEndpoints.patch>['body'];
export type ListProjectQuery = InputOf<typeof projectEndpoints.list>['query'];
