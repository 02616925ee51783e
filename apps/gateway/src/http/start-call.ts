import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProjectRef, ProjectResolver } from '@turnpike/identity';
import { CallBody, handleCall, type Asked } from '@turnpike/pipeline';
import type { DataPlane } from './data-plane';
import { JsonArrayReply } from './json-array-reply';
import { principalOf } from './principal-of';
import { RawReply } from './raw-reply';
import { readTags } from './request-tags';

/** The project of a call: path, header, the key's default. */
export function projectOf(request: FastifyRequest, plane: DataPlane): ReturnType<ProjectResolver['resolve']> {
  const pathSlug = (request.params as { project?: string }).project;
  const header = request.headers['x-turnpike-project'];
  return plane.projects.resolve(
    principalOf(request),
    { pathSlug, headerSlug: typeof header === 'string' ? header : undefined },
    request.received.receivedAtMs,
  );
}

/** How a route reads what is asked: called once, within the call. */
export type ReadAsked = (request: FastifyRequest, plane: DataPlane) => Asked | Promise<Asked>;

export const bodyOf = (request: FastifyRequest): Buffer =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);

export const readGeneration: ReadAsked = (request, plane) => {
  const { dialect, address } = request.received;
  return new CallBody(bodyOf(request), dialect, plane.shapes()[dialect.id], address);
};

/** Begins the call of one request; its answer is the pipeline's from here on. */
export function answerCall(
  request: FastifyRequest,
  reply: FastifyReply,
  plane: DataPlane,
  read: ReadAsked,
): void | Promise<void> {
  const start = (project: ProjectRef | undefined): void => {
    startCall(request, reply, plane, { project, read });
  };
  const project = projectOf(request, plane);
  return project instanceof Promise ? project.then(start) : start(project);
}

function startCall(
  request: FastifyRequest,
  reply: FastifyReply,
  plane: DataPlane,
  { project, read }: { readonly project: ProjectRef | undefined; readonly read: ReadAsked },
): void {
  const { id, requestId, dialect, receivedAtMs, address, arrayForm, route } = request.received;
  const principal = principalOf(request);
  if (plane.draining()) reply.raw.setHeader('connection', 'close');
  reply.hijack();
  const { countAnswer } = plane;
  const raw = new RawReply(reply.raw, countAnswer && ((status) => countAnswer(route, status)));
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
    reply: arrayForm ? new JsonArrayReply(raw) : raw,
  };
  handleCall(call, () => read(request, plane), plane.deps).catch((error: unknown) => {
    // A defect in the very code that ends calls: this client is cut off, the others go on.
    plane.deps.observer.defect(error);
    reply.raw.destroy();
  });
}
