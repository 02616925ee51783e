import type { FastifyRequest } from 'fastify';
import { DIALECTS, type Address, type Dialect } from '@turnpike/dialects';
import type { Principal } from '@turnpike/identity';
import { guessDialect } from './guess-dialect';
import { mintIds } from './request-ids';
import { routeClass } from './route-class';

/** Identity of one received request, known before its body is read. */
export interface Received {
  readonly id: string;
  readonly requestId: string;
  readonly dialect: Dialect;
  readonly receivedAtMs: number;
  /** Under which its answer is counted. */
  readonly route: string;
  /** The body is not read before the call begins. */
  readonly streams: boolean;
  principal: Principal | undefined;
  /** What the URL says, in dialects that put it there. */
  address?: Address;
  /** A stream that leaves as one JSON array. */
  arrayForm?: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    received: Received;
  }
}

/** What the route does not say of the dialect is guessed. The route's options are asked once: each time makes them anew. */
export function receive(request: FastifyRequest, nowMs: number): Received {
  const { config, url } = request.routeOptions;
  const { dialect } = config;
  const { id, requestId } = mintIds(request.headers['x-request-id']);
  return {
    id,
    requestId,
    dialect: dialect === undefined ? guessDialect(request.url, request.headers) : DIALECTS[dialect],
    receivedAtMs: nowMs,
    route: routeClass(request.is404 ? undefined : url),
    streams: config.streams === true,
    principal: undefined,
  };
}
