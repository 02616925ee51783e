import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Principal } from '@turnpike/identity';
import { GatewayError } from '@turnpike/kernel';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Endpoint, RouteFacts } from './endpoint';
import { readIfMatch, type IfMatch } from './entity-tag';
import { InvalidInput } from './invalid-input';

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type SchemaOf<E, Name extends 'params' | 'query' | 'body'> = E extends { readonly [N in Name]: infer S }
  ? S
  : undefined;

/** What a handler receives: validated, typed by its endpoint. */
export interface InputOf<E extends Endpoint> {
  readonly endpoint: Endpoint;
  readonly params: Parsed<SchemaOf<E, 'params'>>;
  readonly query: Parsed<SchemaOf<E, 'query'>>;
  readonly body: Parsed<SchemaOf<E, 'body'>>;
  readonly caller: Principal;
  readonly ifMatch: IfMatch;
  readonly idempotencyKey: string | undefined;
}

/** Injects the validated input of the endpoint that this method handles. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext) =>
  readInput(context.switchToHttp().getRequest<FastifyRequest>()),
);

type Untyped = Record<keyof InputOf<Endpoint>, unknown>;

function readInput(request: FastifyRequest): Untyped {
  const { endpoint } = request.routeOptions.config as Partial<RouteFacts>;
  const caller = request.adminCaller;
  if (!endpoint || !caller)
    throw new GatewayError('internal_error', 'This route was called without its endpoint.');
  const writes = endpoint.versioned === true && endpoint.method !== 'GET' && endpoint.method !== 'POST';
  return {
    endpoint,
    params: parsePart(endpoint.params, request.params, 'path'),
    query: parsePart(endpoint.query, request.query, 'query'),
    body: parsePart(endpoint.body, request.body ?? {}, 'body'),
    caller,
    ifMatch: writes ? readIfMatch(request.headers['if-match']) : '*',
    idempotencyKey: endpoint.idempotent ? readIdempotencyKey(request.headers['idempotency-key']) : undefined,
  };
}

function parsePart(schema: z.ZodType | undefined, value: unknown, place: 'path' | 'query' | 'body'): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw new InvalidInput(place, result.error.issues);
  return result.data;
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

function readIdempotencyKey(given: string | string[] | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && IDEMPOTENCY_KEY.test(given)) return given;
  throw new GatewayError('invalid_request', 'Idempotency-Key takes 1 to 255 visible ASCII characters.');
}
