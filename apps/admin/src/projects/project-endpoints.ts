import { z } from 'zod';
import { resourceEndpoints, type InputOf } from '../http/endpoint-kit';
import { named } from '../schema/components';
import { listQuery } from '../schema/page';
import { displayName, id, slug, slugOrId, timestamp } from '../schema/text';

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

export const projectEndpoints = resourceEndpoints({
  path: 'projects',
  name: 'Project',
  names: 'Projects',
  words: ['project', 'projects'],
  query,
  create,
  patch,
  resource: projectResource,
});

export type CreateProject = InputOf<typeof projectEndpoints.create>['body'];
export type PatchProject = InputOf<typeof projectEndpoints.patch>['body'];
export type ListProjectQuery = InputOf<typeof projectEndpoints.list>['query'];
