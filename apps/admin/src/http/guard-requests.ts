import {
  findCredential,
  holdsKey,
  KEY_PREFIXES,
  type Authenticator,
  type Principal,
} from '@turnpike/identity';
import { GatewayError, uuidv7, type Clock } from '@turnpike/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RouteFacts } from './endpoint';
import { entityTag } from './entity-tag';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route that keys may enter. */
    adminCaller?: Principal;
  }
}

const REQUEST_ID = /^[\w.-]{1,128}$/;

/** The caller's own request id when it is harmless, else ours. */
export function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && REQUEST_ID.test(given) && !holdsKey(given) ? given : uuidv7();
}

/**
 * Authentication and policy before a byte of the body is read. The policy comes from the route object that the
 * router chose, so no spelling of a URL can walk around it. Keys are read from `Authorization` alone.
 */
export function guardRequests(server: FastifyInstance, authenticator: Authenticator, clock: Clock): void {
  server.decorateRequest('adminCaller', undefined);
  server.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    if (request.is404) return;
    const { policy } = request.routeOptions.config as Partial<RouteFacts>;
    if (policy?.kind === 'open') return;
    const caller = await authenticator.authenticate(bearerOf(request), clock());
    if (!policy?.allow.includes(caller.kind)) throw notAllowed(caller, policy?.allow ?? []);
    request.adminCaller = caller;
  });
  server.addHook('preSerialization', (request, reply, payload, done) => {
    const { endpoint } = request.routeOptions.config as Partial<RouteFacts>;
    const tag = endpoint?.versioned && reply.statusCode < 300 ? tagOf(payload) : undefined;
    if (tag !== undefined) void reply.header('etag', tag);
    done(null, payload);
  });
}

const bearerOf = ({ headers }: FastifyRequest): string =>
  findCredential({ authorization: headers.authorization });

function notAllowed(caller: Principal, allowed: readonly Principal['kind'][]): GatewayError {
  const wanted = allowed.map((kind) => `${KEY_PREFIXES[kind]}...`).join(' or ');
  return new GatewayError(
    'wrong_key_kind',
    `A ${caller.kind} key may not do this; it takes a ${wanted} key.`,
  );
}

function tagOf(payload: unknown): string | undefined {
  const resource = payload as { readonly updatedAt?: string } | null;
  return resource?.updatedAt === undefined ? undefined : entityTag(Date.parse(resource.updatedAt));
}
