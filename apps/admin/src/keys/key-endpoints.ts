import { z } from 'zod';
import { ADMINS_ONLY, defineEndpoint, type InputOf } from '../http/endpoint-kit';
import { named } from '../schema/components';
import { listOf, listQuery } from '../schema/page';
import {
  byId,
  displayName,
  id,
  instant,
  keyKind,
  labels,
  modelGlob,
  ownerReference,
  slugOrId,
  timestamp,
} from '../schema/text';

const LONGEST_OVERLAP_S = 30 * 24 * 3600;

export const keyResource = named(
  'Key',
  z.strictObject({
    id,
    kind: keyKind,
    last4: z.string().length(4),
    name: z.string().nullable(),
    owner: z.string().describe('email of a person or slug of a service account'),
    ownerKind: z.enum(['person', 'service-account']),
    project: z.string().nullable().describe('slug of the default project'),
    projects: z.array(z.string()).describe('slugs of the projects that the key may name'),
    allowedModels: z.array(z.string()).nullable().describe('globs; null: every model'),
    labels: z.record(z.string(), z.string()),
    origin: z.enum(['api', 'environment', 'standalone']),
    expiresAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);

export const mintedKey = named(
  'MintedKey',
  keyResource.extend({ key: z.string().describe('the key itself, shown this once') }),
);

export type KeyResource = z.output<typeof keyResource>;
export type MintedKey = z.output<typeof mintedKey>;

const projects = z.array(slugOrId).max(100, 'takes at most 100 projects');
const allowedModels = z
  .array(modelGlob)
  .min(1, 'must not be empty; leave it out to allow every model')
  .max(100, 'takes at most 100 globs');
const future = instant.refine((text) => Date.parse(text) > Date.now(), 'lies in the past');

const create = named(
  'KeyCreate',
  z.strictObject({
    owner: ownerReference,
    kind: keyKind.default('developer'),
    name: displayName.optional(),
    project: slugOrId.optional().describe('default project, by slug or id'),
    projects: projects.optional().describe('projects that the key may name; without them its default only'),
    allowedModels: allowedModels.optional().describe('globs; without them every model'),
    expiresAt: future.optional(),
    labels: labels.default({}),
  }),
);

const patch = named(
  'KeyPatch',
  z.strictObject({
    name: displayName.nullable().optional(),
    project: slugOrId.nullable().optional(),
    projects: projects.optional(),
    allowedModels: allowedModels.nullable().optional(),
    expiresAt: instant.nullable().optional(),
    labels: labels.optional(),
  }),
);

const rotate = named(
  'KeyRotate',
  z.strictObject({
    overlapSeconds: z
      .int('takes whole seconds')
      .min(0, 'must not be negative')
      .max(LONGEST_OVERLAP_S, 'takes at most 30 days')
      .default(0)
      .describe('how long the old key still works'),
  }),
);

const query = listQuery([], {
  owner: ownerReference.optional(),
  kind: keyKind.optional(),
  name: displayName.optional(),
  project: slugOrId.optional().describe('default project'),
  last4: z
    .string()
    .regex(/^[0-9A-Za-z]{4}$/, 'takes four characters')
    .optional(),
  origin: keyResource.shape.origin.optional(),
  revoked: z.stringbool({ truthy: ['true'], falsy: ['false'], error: 'takes true or false' }).optional(),
});

const shared = { tag: 'keys', policy: ADMINS_ONLY } as const;

export const keyEndpoints = {
  list: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'keys',
    operationId: 'listKeys',
    summary: 'List keys',
    query,
    answer: { status: 200, schema: listOf('KeyList', keyResource) },
  }),
  create: defineEndpoint({
    ...shared,
    method: 'POST',
    path: 'keys',
    operationId: 'createKey',
    summary: 'Mint a key; it is shown once',
    body: create,
    answer: { status: 201, schema: mintedKey },
    versioned: true,
    idempotent: true,
    refusals: [422],
  }),
  get: defineEndpoint({
    ...shared,
    method: 'GET',
    path: 'keys/:id',
    operationId: 'getKey',
    summary: 'Read what is known of a key',
    params: byId,
    answer: { status: 200, schema: keyResource },
    versioned: true,
    refusals: [404],
  }),
  patch: defineEndpoint({
    ...shared,
    method: 'PATCH',
    path: 'keys/:id',
    operationId: 'updateKey',
    summary: 'Change what a key allows; null empties a field',
    params: byId,
    body: patch,
    answer: { status: 200, schema: keyResource },
    versioned: true,
    refusals: [404, 412, 428],
  }),
  revoke: defineEndpoint({
    ...shared,
    method: 'POST',
    path: 'keys/:id/revoke',
    operationId: 'revokeKey',
    summary: 'Revoke a key, for good',
    params: byId,
    body: named('KeyRevoke', z.strictObject({})),
    answer: { status: 200, schema: keyResource },
    versioned: true,
    refusals: [404],
  }),
  rotate: defineEndpoint({
    ...shared,
    method: 'POST',
    path: 'keys/:id/rotate',
    operationId: 'rotateKey',
    summary: 'Mint the successor of a key; the old one ends after the overlap',
    params: byId,
    body: rotate,
    answer: { status: 201, schema: mintedKey },
    versioned: true,
    idempotent: true,
    refusals: [404, 409, 422],
  }),
};

export type CreateKey = InputOf<typeof keyEndpoints.create>['body'];
export type PatchKey = InputOf<typeof keyEndpoints.patch>['body'];
export type ListKeysQuery = InputOf<typeof keyEndpoints.list>['query'];
