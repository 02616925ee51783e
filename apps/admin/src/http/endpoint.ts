import { applyDecorators, HttpCode, RequestMapping, RequestMethod } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { KeyKind } from '@turnpike/identity';
import type { z } from 'zod';

/** Who may call a route. It hangs on the route object, never on the text of a URL. */
export type Policy =
  | { readonly kind: 'keys'; readonly allow: readonly KeyKind[] }
  | { readonly kind: 'open'; readonly because: string };

export const ADMINS_ONLY: Policy = { kind: 'keys', allow: ['admin'] };
export const MONEY_READERS: Policy = { kind: 'keys', allow: ['admin', 'finance'] };

/** One route of the control plane: the single source of its address, validation, access rule and documentation. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/api/v1`, parameters as `:name`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  readonly policy: Policy;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer: {
    readonly status: 200 | 201 | 202 | 204;
    readonly schema?: z.ZodType;
    /** Media types beside `application/json`. */
    readonly also?: readonly string[];
  };
  /** The answer carries an ETag; a writing endpoint demands `If-Match`. */
  readonly versioned?: boolean;
  /** `Idempotency-Key` is honoured. */
  readonly idempotent?: boolean;
  /** What it refuses with beyond the refusals of every route. */
  readonly refusals?: readonly number[];
}

export const API_PREFIX = '/api/v1';

/** Keeps the exact types of the schemas, so that `InputOf` knows what a handler receives. */
export const defineEndpoint = <const E extends Endpoint>(endpoint: E): E => endpoint;

/** What the Fastify route carries; a route without it keeps the process from starting. */
export interface RouteFacts {
  readonly policy: Policy;
  readonly endpoint?: Endpoint;
}

/** Makes a controller's method the handler of an endpoint. */
export function Handles(endpoint: Endpoint): MethodDecorator {
  const facts: RouteFacts = { policy: endpoint.policy, endpoint };
  return applyDecorators(
    RequestMapping({ path: `${API_PREFIX}/${endpoint.path}`, method: RequestMethod[endpoint.method] }),
    HttpCode(endpoint.answer.status),
    RouteConfig(facts),
  );
}
