import type { FastifyRequest } from 'fastify';
import type { Principal } from '@turnpike/identity';
import { GatewayError } from '@turnpike/kernel';

/** Who calls; the hook in front of these routes has seen to it that somebody does. */
export function principalOf(request: FastifyRequest): Principal {
  const { principal } = request.received;
  if (!principal) throw new GatewayError('missing_key', 'No key was sent.');
  return principal;
}
