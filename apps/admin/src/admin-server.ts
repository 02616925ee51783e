import type { Authenticator } from '@turnpike/identity';
import type { Clock } from '@turnpike/kernel';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { guardRequests, requestIdOf } from './http/guard-requests';
import { sendProblem, toGatewayError } from './http/problem';
import type { RouteTable } from './http/route-table';

const BODY_LIMIT_BYTES = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** The Fastify instance under the control plane: limits, JSON alone, request ids, the guard, the route table. */
export function createAdminServer(
  routes: RouteTable,
  authenticator: Authenticator,
  clock: Clock,
): FastifyInstance {
  const server = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    // What the router refuses before any route is chosen, such as a URL that does not decode.
    frameworkErrors: (error, request, reply: FastifyReply) =>
      sendProblem(toGatewayError(error), request.id, reply),
  });
  routes.watch(server);
  server.removeAllContentTypeParsers();
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    // Clients that send the header on every POST may have no body to send.
    if (text.length === 0) done(null, undefined);
    else void parseJson(request, String(text), done);
  });
  guardRequests(server, authenticator, clock);
  return server;
}
