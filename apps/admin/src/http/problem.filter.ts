import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { GatewayError } from '@turnpike/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdminLog } from './admin-log';
import { sendProblem, toGatewayError } from './problem';
import { RouteTable } from './route-table';

/** Renders everything that was thrown as `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(RouteTable) private readonly routes: RouteTable,
    @Inject(AdminLog) private readonly log: AdminLog,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    const error = this.#withMethods(toGatewayError(thrown), request, reply);
    const problem = sendProblem(error, request.id, reply);
    if (problem.status < 500) return;
    const cause = error.details.cause ?? error;
    this.log.error(
      { requestId: request.id, reason: problem.reason, err: cause },
      'a control plane request failed',
    );
  }

  /** An address that exists for other methods is not unknown. */
  #withMethods(error: GatewayError, request: FastifyRequest, reply: FastifyReply): GatewayError {
    if (error.reason !== 'not_found' || !request.is404) return error;
    const methods = this.routes.methodsFor(request.url.split('?', 1)[0] ?? '');
    if (methods.length === 0) return error;
    void reply.header('allow', methods.join(', '));
    return new GatewayError('method_not_allowed', `This address answers ${methods.join(', ')}.`);
  }
}
