import type { FastifyRequest } from 'fastify';
import { DIALECTS, type Address, type Dialect } from '@turnpike/dialects';
import type { Principal } from '@turnpike/identity';
import type { DialectId } from '@turnpike/protocol';
import { guessDialect } from './guess-dialect';
import { mintIds } from './request-ids';

/** Identity of one received request, known before its body is read. */
export interface Received {
  readonly id: string;
  readonly requestId: string;
  readonly dialect: Dialect;
  readonly receivedAtMs: number;
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

/** `dialect`: what the route says; else it is guessed. */
export function receive(request: FastifyRequest, nowMs: number, dialect?: DialectId): Received {
  const { id, requestId } = mintIds(request.headers['x-request-id']);
  return {
    id,
    requestId,
    dialect: dialect === undefined ? guessDialect(request.url, request.headers) : DIALECTS[dialect],
    receivedAtMs: nowMs,
    principal: undefined,
  };
}
