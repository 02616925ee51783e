import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { GatewayError, type Clock } from '@turnpike/kernel';
import { findCredential, type Authenticator, type ProjectResolver } from '@turnpike/identity';
import { buildResponseHeaders, type PipelineDeps } from '@turnpike/pipeline';
import type { DialectId, EnvelopeShape } from '@turnpike/protocol';
import { answerCountTokens } from './count-tokens';
import { addHeaders } from './add-headers';
import { answerError } from './answer-error';
import type { CallReader } from './call-reader';
import { addGeminiRoutes } from './gemini-routes';
import { listModels, showModel } from './list-models';
import { answerExplain } from './explain';
import { refuseUnknownPath } from './unknown-path';
import { addOperationRoutes } from './operation-routes';
import { readBody } from './read-body';
import { receive } from './received';
import type { CountAnswer } from './route-class';
import { answerCall, readGeneration } from './start-call';
import { deleteResponse, showResponse } from './stored-responses';

/** What the routes need of the rest. */
export interface DataPlane {
  readonly authenticator: Authenticator;
  readonly projects: ProjectResolver;
  readonly deps: PipelineDeps;
  readonly shapes: () => Readonly<Record<DialectId, EnvelopeShape>>;
  readonly calls: CallReader;
  readonly clock: Clock;
  /** Set while the process drains: answers close their connection. */
  readonly draining: () => boolean;
  readonly countAnswer?: CountAnswer;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    dialect?: DialectId;
    /** The body is not read before the call begins. */
    streams?: boolean;
  }
}

/** `/x`, `/v1/x` and `/v1/v1/x` are all tried by SDKs, with or without a project in front. */
const PREFIXES = ['', '/v1', '/v1/v1', '/v1beta/openai'].flatMap((prefix) => [
  prefix,
  `/p/:project${prefix}`,
]);

const GENERATE: readonly (readonly [string, DialectId])[] = [
  ['/chat/completions', 'openai-chat'],
  ['/responses', 'openai-responses'],
  ['/messages', 'anthropic-messages'],
];

/** Of any type; the common one by its name, as a parser that is found by elimination is looked for anew each time. */
const BODIES = ['application/json', '*'];

const RESPONSES = { config: { dialect: 'openai-responses' as const } };

/** Registers the client API in a context of its own: its body reader and its hooks reach nothing else. */
export async function registerDataPlane(root: FastifyInstance, plane: DataPlane): Promise<void> {
  await root.register(async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(BODIES, (request: FastifyRequest, payload: IncomingMessage, done) => {
      // What streams on is read by the call itself.
      if (request.received.streams) done(null);
      else readBody(payload, done);
    });
    app.decorateRequest('received', null as never);
    app.addHook('onRequest', (request, _reply, done) => {
      try {
        identify(request, plane);
        done();
      } catch (error) {
        done(error as Error);
      }
    });
    const defect = (error: unknown): void => plane.deps.observer.defect(error);
    app.setErrorHandler((error, request, reply) => answerError(error, request, reply, defect));
    countAnswers(app, plane);
    addOpenRoutes(app);
    await app.register(async (guarded) => {
      guarded.addHook('onRequest', (request, _reply, done) => authenticate(request, plane, done));
      addCallRoutes(guarded, plane);
      addReadRoutes(guarded, plane);
    });
  });
}

/** Answers of calls are counted where their head is written: they do not pass here. */
function countAnswers(app: FastifyInstance, { countAnswer }: DataPlane): void {
  if (!countAnswer) return;
  app.addHook('onSend', (request, reply, _payload, done) => {
    countAnswer(request.received.route, reply.statusCode);
    done();
  });
}

/** What no route takes is refused here, before a body of it is read that nobody has a key for. */
function identify(request: FastifyRequest, plane: DataPlane): void {
  request.received = receive(request, plane.clock());
  if (request.is404) refuseUnknownPath(request);
}

/** Before the body is read: a refused caller costs nothing but the headers. */
function authenticate(request: FastifyRequest, plane: DataPlane, done: (error?: Error) => void): void {
  try {
    const key = findCredential(request.headers, request.query as Record<string, unknown>);
    const found = plane.authenticator.authenticate(key, request.received.receivedAtMs, request.raw.socket);
    if (!(found instanceof Promise)) {
      request.received.principal = found;
      return done();
    }
    found.then(
      (principal) => {
        request.received.principal = principal;
        done();
      },
      (error: Error) => done(error),
    );
  } catch (error) {
    done(
      error instanceof Error
        ? error
        : new GatewayError('internal_error', 'The key could not be checked (gateway).'),
    );
  }
}

/** Reachability checks of agents (HEAD, no key); and the place where paths without a route end up, of any method. */
function addOpenRoutes(app: FastifyInstance): void {
  app.head('/*', (request, reply) => {
    addHeaders(reply, buildResponseHeaders(request.received, { attempts: 0 }));
    return reply.code(200).send();
  });
  app.setNotFoundHandler((request) => refuseUnknownPath(request));
}

function addCallRoutes(app: FastifyInstance, plane: DataPlane): void {
  for (const prefix of PREFIXES) {
    for (const [path, dialect] of GENERATE) {
      app.post(prefix + path, { config: { dialect } }, (request, reply) =>
        answerCall(request, reply, plane, readGeneration),
      );
    }
    app.post(
      `${prefix}/messages/count_tokens`,
      { config: { dialect: 'anthropic-messages' } },
      (request, reply) => answerCountTokens(request, reply, plane),
    );
    app.post(`${prefix}/responses/input_tokens`, RESPONSES, (request, reply) =>
      answerCountTokens(request, reply, plane),
    );
    app.post(`${prefix}/route/explain`, (request, reply) => answerExplain(request, reply, plane));
    app.get(`${prefix}/responses`, RESPONSES, () => refuseUpgrade());
    const stored = `${prefix}/responses/:id`;
    app.get(stored, RESPONSES, (request, reply) => showResponse(request, reply, plane));
    app.delete(stored, RESPONSES, (request, reply) => deleteResponse(request, reply, plane));
  }
  addOperationRoutes(app, plane, PREFIXES);
  addGeminiRoutes(app, plane);
}

/** Clients try a WebSocket first and fall back to POST when they are told at once. */
function refuseUpgrade(): never {
  throw new GatewayError('upgrade_required', 'There is no WebSocket here. Send the request with POST.', {
    final: true,
  });
}

function addReadRoutes(app: FastifyInstance, plane: DataPlane): void {
  for (const prefix of [...PREFIXES, '/v1beta', '/p/:project/v1beta']) {
    app.get(`${prefix}/models`, (request, reply) => listModels(request, reply, plane));
    app.get(`${prefix}/models/*`, (request, reply) => showModel(request, reply, plane));
    app.get(`${prefix}/requests/:id`, (request, reply) => plane.calls.answer(request, reply));
  }
}
