import type { FastifyReply } from 'fastify';

/** Adds a flat list of names and values, as the pipeline builds them, to an answer that Fastify writes. */
export function addHeaders(reply: FastifyReply, headers: readonly string[]): void {
  for (let i = 0; i + 1 < headers.length; i += 2) reply.header(headers[i] ?? '', headers[i + 1]);
}
