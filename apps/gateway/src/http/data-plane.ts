import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { GatewayError, type Clock } from '@turnpike/kernel';
import { findCredential, type Authenticator, type ProjectResolver } from '@turnpike/identity';
import { buildResponseHeaders, handleCall, type PipelineDeps } from '@turnpike/pipeline';
import type { DialectId, EnvelopeShape } from '@turnpike/protocol';
import { answerCountTokens } from './count-tokens';
import { addHeaders } from './add-headers';
import { answerError } from './answer-error';
import type { CallReader } from './call-reader';
import { addGeminiRoutes } from './gemini-routes';
import { JsonArrayReply } from './json-array-reply';
import { listModels, showModel } from './list-models';
import { refuseUnknownPath } from './unknown-path';
import { principalOf } from './principal-of';
import { RawReply } from './raw-reply';
import { readBody } from './read-body';
import { receive } from './received';
import { readTags } from './request-tags';

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
}

declare module 'fastify' {
  interface FastifyContextConfig {
    dialect?: DialectId;
  }
}

/** `/x`, `/v1/x` and `/v1/v1/x` are all tried by SDKs, with or without a project in front. */
const PREFIXES = ['', '/v1', '/v1/v1', '/p/:project', '/p/:project/v1', '/p/:project/v1/v1'];

const GENERATE: readonly (readonly [string, DialectId])[] = [
  ['/chat/completions', 'openai-chat'],
  ['/responses', 'openai-responses'],
  ['/messages', 'anthropic-messages'],
];

/** Registers the client API in a context of its own: its body reader and its hooks reach nothing else. */
export async function registerDataPlane(root: FastifyInstance, plane: DataPlane): Promise<void> {
  await root.register(async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage, done) =>
      readBody(payload, done),
    );
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
    addOpenRoutes(app);
    await app.register(async (guarded) => {
      guarded.addHook('onRequest', (request, _reply, done) => authenticate(request, plane, done));
      addCallRoutes(guarded, plane);
      addReadRoutes(guarded, plane);
    });
  });
}

/** What no route takes is refused here, before a body of it is read that nobody has a key for. */
function identify(request: FastifyRequest, plane: DataPlane): void {
  request.received = receive(request, plane.clock(), request.routeOptions.config.dialect);
  if (request.is404) refuseUnknownPath(request);
}

/** Before the body is read: a refused caller costs nothing but the headers. */
function authenticate(request: FastifyRequest, plane: DataPlane, done: (error?: Error) => void): void {
  try {
    const key = findCredential(request.headers, request.query as Record<string, unknown>);
    const found = plane.authenticator.authenticate(key, request.received.receivedAtMs);
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
      app.post(prefix + path, { config: { dialect } }, (request, reply) => answerCall(request, reply, plane));
    }
    app.post(
      `${prefix}/messages/count_tokens`,
      { config: { dialect: 'anthropic-messages' } },
      (request, reply) => answerCountTokens(request, reply, plane),
    );
    app.get(`${prefix}/responses`, { config: { dialect: 'openai-responses' } }, () => refuseUpgrade());
  }
  addGeminiRoutes(app, plane, (request, reply) => answerCall(request, reply, plane));
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

/** The project of a call: path, header, the key's default. */
export function projectOf(request: FastifyRequest, plane: DataPlane): ReturnType<ProjectResolver['resolve']> {
  const pathSlug = (request.params as { project?: string }).project;
  const header = request.headers['x-turnpike-project'];
  return plane.projects.resolve(
    principalOf(request),
    {
      ...(pathSlug === undefined ? {} : { pathSlug }),
      ...(typeof header === 'string' ? { headerSlug: header } : {}),
    },
    request.received.receivedAtMs,
  );
}

function answerCall(request: FastifyRequest, reply: FastifyReply, plane: DataPlane): void | Promise<void> {
  const project = projectOf(request, plane);
  if (project instanceof Promise) return project.then((found) => startCall(request, reply, plane, found));
  return startCall(request, reply, plane, project);
}

function startCall(
  request: FastifyRequest,
  reply: FastifyReply,
  plane: DataPlane,
  project: Awaited<ReturnType<typeof projectOf>>,
): void {
  const { id, requestId, dialect, receivedAtMs, address, arrayForm } = request.received;
  const principal = principalOf(request);
  if (plane.draining()) reply.raw.setHeader('connection', 'close');
  reply.hijack();
  const call = {
    id,
    requestId,
    dialect,
    receivedAtMs,
    principal,
    project,
    tags: readTags(request.headers['x-turnpike-tags']),
    clientHeaders: request.headers,
    ...(address && { address }),
    reply: arrayForm ? new JsonArrayReply(new RawReply(reply.raw)) : new RawReply(reply.raw),
  };
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  handleCall(call, bytes, plane.shapes()[dialect.id], plane.deps).catch((error: unknown) => {
    // A defect in the very code that ends calls: this client is cut off, the others go on.
    plane.deps.observer.defect(error);
    reply.raw.destroy();
  });
}
