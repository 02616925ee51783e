import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '@turnpike/kernel';
import { asGatewayError, buildResponseHeaders, renderErrorReply } from '@turnpike/pipeline';
import { addHeaders } from './add-headers';

/** Errors of the HTTP layer before a call has begun: the server's own, and refusals of key and project. */
export function answerError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  defect: (error: unknown) => void,
): void {
  const { received } = request;
  const error = asKnown(thrown);
  if (error.reason === 'internal_error') defect(thrown);
  const rendered = renderErrorReply(error, received);
  const headers = [...rendered.headers, ...buildResponseHeaders(received, { attempts: 0 })];
  addHeaders(reply, headers);
  void reply.code(rendered.status).type('application/json').send(rendered.body);
}

/** What Fastify itself refuses, in our words. */
function asKnown(thrown: unknown): GatewayError {
  const { statusCode, message } = thrown as { statusCode?: unknown; message?: unknown };
  if (thrown instanceof GatewayError || typeof statusCode !== 'number' || statusCode >= 500)
    return asGatewayError(thrown);
  if (statusCode === 413)
    return new GatewayError('body_too_large', 'The request body is too large.', { final: true });
  if (statusCode === 415)
    return new GatewayError('unsupported_media_type', 'Send the request as application/json.');
  return new GatewayError(
    'invalid_request',
    typeof message === 'string' ? message : 'The request could not be read.',
  );
}
