import { z } from 'zod';
import { resourceEndpoints, type InputOf } from '../http/endpoint-kit';
import { named } from '../schema/components';
import { listQuery } from '../schema/page';
import { displayName, id, slug, timestamp } from '../schema/text';

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

export const teamEndpoints = resourceEndpoints({
  path: 'teams',
  name: 'Team',
  names: 'Teams',
  words: ['team', 'teams'],
  query,
  create,
  patch,
  resource: teamResource,
});

export type CreateTeam = InputOf<typeof teamEndpoints.create>['body'];
export type PatchTeam = InputOf<typeof teamEndpoints.patch>['body'];
export type ListTeamQuery = InputOf<typeof teamEndpoints.list>['query'];
