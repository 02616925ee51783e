import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { hideKeys } from '@turnpike/identity';
import { GatewayError, isObject, type ErrorKind, type ErrorReason } from '@turnpike/kernel';
import type { FastifyReply } from 'fastify';
import { isDatabaseAway } from './is-database-away';
import { InvalidInput, type FieldError } from './invalid-input';

/** RFC 9457, with our stable reason. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly reason: ErrorReason;
  readonly requestId: string;
  readonly errors?: readonly FieldError[];
}

const STATUS: Record<ErrorKind, number> = {
  bad_request: 400,
  context_length: 400,
  content_policy: 400,
  unauthenticated: 401,
  billing: 402,
  forbidden: 403,
  model_not_found: 404,
  not_found: 404,
  method_not_allowed: 405,
  too_large: 413,
  unsupported_media_type: 415,
  upgrade_required: 426,
  rate_limit: 429,
  cancelled: 499,
  internal: 500,
  upstream: 502,
  overloaded: 503,
  timeout: 504,
};

/** Whatever was thrown as an error of the closed table; what we do not know tells nothing to the caller. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof HttpException) return fromFramework(error.getStatus(), error);
  if (isDatabaseAway(error)) {
    return new GatewayError('store_unavailable', 'The database does not answer (gateway). Try again soon.', {
      cause: error,
    });
  }
  const status = statusOf(error);
  if (status !== undefined && status < 500) return fromFramework(status, error);
  return new GatewayError(
    'internal_error',
    'Something broke in Turnpike (gateway). The log has this request id.',
    {
      cause: error,
    },
  );
}

export function toProblem(error: GatewayError, requestId: string): Problem {
  const status = error.details.status ?? STATUS[error.kind];
  return {
    type: `urn:turnpike:problem:${error.reason}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: hideKeys(error.message),
    reason: error.reason,
    requestId,
    ...(error instanceof InvalidInput
      ? { errors: error.errors.map(({ path, message }) => ({ path: hideKeys(path), message })) }
      : {}),
  };
}

/** Answers with the problem and gives it back. */
export function sendProblem(error: GatewayError, requestId: string, reply: FastifyReply): Problem {
  const problem = toProblem(error, requestId);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="turnpike"');
  void reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  return problem;
}

function fromFramework(status: number, cause: unknown): GatewayError {
  if (status === 404)
    return new GatewayError('not_found', 'There is nothing at this address. See /docs.', { cause });
  if (status === 413) return new GatewayError('body_too_large', 'The body is larger than 1 MiB.', { cause });
  if (status === 415) {
    return new GatewayError('unsupported_media_type', 'Send the body as application/json.', { cause });
  }
  if (status === 400) {
    return new GatewayError(
      'malformed_json',
      'The request cannot be read: the body must be one JSON value.',
      { cause },
    );
  }
  return new GatewayError('invalid_request', 'The request cannot be read.', { status, cause });
}

function statusOf(error: unknown): number | undefined {
  const status = isObject(error) ? error['statusCode'] : undefined;
  return typeof status === 'number' && status >= 400 ? status : undefined;
}
