import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError, stringifyJson } from '@turnpike/kernel';
import { buildResponseHeaders } from '@turnpike/pipeline';
import { addHeaders } from './add-headers';
import type { DataPlane } from './data-plane';
import { principalOf } from './principal-of';

const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id;

function notFound(id: string): GatewayError {
  return new GatewayError('not_found', `Response with id '${id.slice(0, 100)}' not found (gateway).`, {
    final: true,
  });
}

const away = (): GatewayError =>
  new GatewayError('store_unavailable', 'Responses cannot be looked up at the moment (gateway). Try again.');

async function answer(request: FastifyRequest, reply: FastifyReply, body: string): Promise<void> {
  addHeaders(reply, buildResponseHeaders(request.received, { attempts: 0 }));
  await reply.code(200).type('application/json').send(body);
}

/** `GET /v1/responses/{id}`: a response as this key's owner got it, within a day. */
export async function showResponse(
  request: FastifyRequest,
  reply: FastifyReply,
  { deps }: DataPlane,
): Promise<void> {
  const id = idOf(request);
  if ((request.query as { stream?: unknown }).stream === 'true')
    throw new GatewayError('invalid_request', 'A stored response is not streamed again: leave stream out.', {
      param: 'stream',
    });
  const found = await deps.memory?.recallResponse(principalOf(request).owner.id, id);
  if (found?.kind === 'unavailable') throw away();
  if (found?.kind !== 'found' || found.record.response === undefined) throw notFound(id);
  await answer(request, reply, found.record.response);
}

/** `DELETE /v1/responses/{id}`: nobody can go on from it any more. */
export async function deleteResponse(
  request: FastifyRequest,
  reply: FastifyReply,
  { deps }: DataPlane,
): Promise<void> {
  const id = idOf(request);
  const done = await deps.memory?.forgetResponse(principalOf(request).owner.id, id);
  if (done === 'unavailable') throw away();
  if (done !== 'forgotten') throw notFound(id);
  await answer(request, reply, stringifyJson({ id, object: 'response', deleted: true }));
}
