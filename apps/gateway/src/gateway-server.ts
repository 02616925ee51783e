import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { systemClock } from '@turnpike/kernel';
import { answerError } from './http/answer-error';
import { BODY_LIMIT_BYTES } from './http/read-body';
import { receive } from './http/received';

/** A client that sends its request slower than this is cut; agents upload 36 MiB in far less. */
const REQUEST_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/**
 * Node takes a connection for idle as soon as its answer is ended, read or not, and cuts it off when the server
 * closes. While somebody still reads, nobody is cut off.
 */
function spareReaders(server: Server): void {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const closeIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {
    for (const socket of sockets) if (socket.writableLength > 0) return;
    closeIdle();
  };
}

/** The Fastify instance under the data plane. No logger: access lines are written by the observer, one per call. */
export function createGatewayServer(): FastifyInstance {
  const server = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    // A connection that is open when the drain begins may bring one more request: it is served, and closed.
    return503OnClosing: false,
    // A path that cannot be decoded reaches no route and no hook.
    frameworkErrors: (error, request, reply) => {
      request.received = receive(request, systemClock());
      answerError(error, request, reply, () => undefined);
    },
    routerOptions: { maxParamLength: 2_048, ignoreTrailingSlash: true },
  });
  spareReaders(server.server);
  return server;
}
