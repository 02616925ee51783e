import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { API_PREFIX, type Endpoint } from '../http/endpoint';
import { components } from '../schema/components';

type JsonSchema = z.core.JSONSchema.BaseSchema;

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'reason', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'a sentence that says what to do' },
    reason: { type: 'string', description: 'a stable slug' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
} as const;

const EVERYWHERE = [400, 401, 403, 500, 503];

/** OpenAPI 3.1 out of the routes as they are registered. */
export function describeApi(endpoints: readonly Endpoint[]) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) {
    const path = `${API_PREFIX}/${endpoint.path.replace(/:(\w+)/g, '{$1}')}`;
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = describeOperation(endpoint);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Turnpike control plane',
      version: '1',
      description:
        'People, teams, projects, keys, reports and what routing knows of targets. Every route takes `Authorization: Bearer` with a key.',
    },
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'a tpa_ key; for reports also a tpf_ key' },
      },
      schemas: { ...namedSchemas(), Problem: PROBLEM },
    },
    security: [{ key: [] }],
    paths,
  };
}

const reference = (name: string): string => `#/components/schemas/${name}`;

function namedSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(components, { uri: reference, io: 'input' });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutAddress(schema)]));
}

function withoutAddress(schema: JsonSchema): JsonSchema {
  const { $schema: _, $id: __, ...rest } = schema;
  return rest;
}

function schemaOf(schema: z.ZodType): JsonSchema {
  const name = components.get(schema)?.id;
  return name === undefined
    ? withoutAddress(z.toJSONSchema(schema, { io: 'input' }))
    : { $ref: reference(name) };
}

function describeOperation(endpoint: Endpoint) {
  const { operationId, summary, tag, policy, body, answer } = endpoint;
  const content = (schema: JsonSchema) => ({ 'application/json': { schema } });
  return {
    operationId,
    summary,
    tags: [tag],
    parameters: describeParameters(endpoint),
    ...(policy.kind === 'open' ? { security: [] } : { 'x-allowed-keys': policy.allow }),
    ...(body ? { requestBody: { required: isRequired(body), content: content(schemaOf(body)) } } : {}),
    responses: {
      [answer.status]: {
        description: STATUS_CODES[answer.status] ?? '',
        ...(endpoint.versioned ? { headers: { ETag: { schema: { type: 'string' } } } } : {}),
        ...(answer.schema ? { content: describeContent(answer.schema, answer.also) } : {}),
      },
      ...describeRefusals([...EVERYWHERE, ...(endpoint.refusals ?? [])]),
    },
  };
}

const isRequired = (body: z.ZodType): boolean => !body.safeParse({}).success;

function describeContent(schema: z.ZodType, also: readonly string[] = []) {
  const media: Record<string, { schema: JsonSchema }> = { 'application/json': { schema: schemaOf(schema) } };
  for (const type of also) media[type] = { schema: { type: 'string' } };
  return media;
}

function describeParameters({ params, query, versioned, idempotent, method }: Endpoint) {
  const header = (name: string, required: boolean, description: string) => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  });
  return [
    ...fieldsOf(params).map((field) => ({ ...field, in: 'path', required: true })),
    ...fieldsOf(query).map((field) => ({ ...field, in: 'query' })),
    ...(idempotent
      ? [header('Idempotency-Key', false, 'the same key and body give the same answer for a day')]
      : []),
    ...(versioned && method === 'PATCH' ? [header('If-Match', true, 'the ETag that was read, or *')] : []),
  ];
}

function fieldsOf(schema: z.ZodObject | undefined) {
  if (!schema) return [];
  const json = z.toJSONSchema(schema, { io: 'input' });
  const required = new Set(json.required);
  return Object.entries(json.properties ?? {}).map(([name, field]) => ({
    name,
    required: required.has(name),
    schema: field,
  }));
}

function describeRefusals(statuses: readonly number[]): Record<string, object> {
  const answer = (status: number) => ({
    description: STATUS_CODES[status] ?? '',
    content: { 'application/problem+json': { schema: { $ref: reference('Problem') } } },
  });
  return Object.fromEntries([...new Set(statuses)].sort().map((status) => [status, answer(status)]));
}
