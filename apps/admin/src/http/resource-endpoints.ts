import type { z } from 'zod';
import { listOf } from '../schema/page';
import { byId } from '../schema/text';
import { ADMINS_ONLY, defineEndpoint } from './endpoint';

/** A kind of thing that administrators list, create, read and change; nothing of it is ever deleted. */
interface ResourceKind<Query, Create, Patch, Resource> {
  /** Below `/api/v1`, and the tag. */
  readonly path: string;
  /** As schemas and operations are called: `ServiceAccount`, `ServiceAccounts`. */
  readonly name: string;
  readonly names: string;
  /** As people say it: `service account`, `service accounts`. */
  readonly words: readonly [one: string, many: string];
  readonly query: Query;
  readonly create: Create;
  readonly patch: Patch;
  readonly resource: Resource;
}

/** The four routes that such a kind has. */
export function resourceEndpoints<
  Query extends z.ZodObject,
  Create extends z.ZodType,
  Patch extends z.ZodType,
  Resource extends z.ZodType,
>(kind: ResourceKind<Query, Create, Patch, Resource>) {
  const { path, name, names, query, create, patch, resource } = kind;
  const [one, many] = kind.words;
  const shared = { tag: path, policy: ADMINS_ONLY } as const;
  return {
    list: defineEndpoint({
      ...shared,
      method: 'GET',
      path,
      operationId: `list${names}`,
      summary: `List ${many}`,
      query,
      answer: { status: 200, schema: listOf(`${name}List`, resource) },
    }),
    create: defineEndpoint({
      ...shared,
      method: 'POST',
      path,
      operationId: `create${name}`,
      summary: `Create a ${one}`,
      body: create,
      answer: { status: 201, schema: resource },
      versioned: true,
      idempotent: true,
      refusals: [409, 422],
    }),
    get: defineEndpoint({
      ...shared,
      method: 'GET',
      path: `${path}/:id`,
      operationId: `get${name}`,
      summary: `Read a ${one}`,
      params: byId,
      answer: { status: 200, schema: resource },
      versioned: true,
      refusals: [404],
    }),
    patch: defineEndpoint({
      ...shared,
      method: 'PATCH',
      path: `${path}/:id`,
      operationId: `update${name}`,
      summary: `Change a ${one}; null empties a field`,
      params: byId,
      body: patch,
      answer: { status: 200, schema: resource },
      versioned: true,
      refusals: [404, 412, 428],
    }),
  };
}
