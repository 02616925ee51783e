import type { FastifyReply, FastifyRequest } from 'fastify';

/** Reads settled calls back. A port of the app: the store behind it belongs to billing. */
export abstract class CallReader {
  /** The trace of one of the key's own calls, by call id or request id; undefined: there is none. */
  abstract find(idOrRequestId: string, keyId: string): Promise<object | undefined>;

  abstract answer(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}
