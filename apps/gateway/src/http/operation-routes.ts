import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createOperationShapes, type JsonOperation } from '@turnpike/dialects';
import {
  MultipartOperation,
  quirkMembers,
  readOperation,
  type MultipartOperationId,
} from '@turnpike/pipeline';
import { PROVIDERS } from '@turnpike/provider';
import { GatewayError } from '@turnpike/kernel';
import type { DataPlane } from './data-plane';
import { BODY_LIMIT_BYTES } from './read-body';
import { RequestSource } from './request-source';
import { answerCall, bodyOf } from './start-call';

/** Errors of all of them are OpenAI's: it is their family of clients that asks. */
const DIALECT = 'openai-chat';

const JSON_ROUTES: readonly (readonly [string, JsonOperation])[] = [
  ['/completions', 'completions'],
  ['/embeddings', 'embeddings'],
  ['/rerank', 'rerank'],
  ['/moderations', 'moderations'],
  ['/images/generations', 'image-generations'],
  ['/audio/speech', 'speech'],
];

const MULTIPART_ROUTES: readonly (readonly [string, MultipartOperationId])[] = [
  ['/images/edits', 'image-edits'],
  ['/images/variations', 'image-variations'],
  ['/audio/transcriptions', 'transcriptions'],
  ['/audio/translations', 'translations'],
];

/** Bodies with files are taken as they come: packed ones would have to be unpacked on the way. */
async function readMultipart(
  operation: MultipartOperationId,
  { raw, headers }: FastifyRequest,
): Promise<MultipartOperation> {
  const source = new RequestSource(raw);
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    source.release();
    throw new GatewayError(
      'unsupported_encoding',
      'Send multipart bodies plain, without a content-encoding.',
    );
  }
  const contentType = headers['content-type'];
  return MultipartOperation.read({
    operation,
    source,
    contentType,
    options: { limitBytes: BODY_LIMIT_BYTES },
  });
}

/** Everything of OpenAI's family besides generation. */
export function addOperationRoutes(
  app: FastifyInstance,
  plane: DataPlane,
  prefixes: readonly string[],
): void {
  const shapes = createOperationShapes(quirkMembers(Object.values(PROVIDERS)));
  const post = (path: string, operation: JsonOperation): void => {
    app.post(path, { config: { dialect: DIALECT } }, (request, reply) =>
      answerCall(request, reply, plane, () => readOperation(operation, bodyOf(request), shapes)),
    );
  };
  const upload = (path: string, operation: MultipartOperationId): void => {
    app.post(path, { config: { dialect: DIALECT, streams: true } }, (request, reply) =>
      answerCall(request, reply, plane, () => readMultipart(operation, request)),
    );
  };
  for (const prefix of prefixes) {
    for (const [path, operation] of JSON_ROUTES) post(prefix + path, operation);
    for (const [path, operation] of MULTIPART_ROUTES) upload(prefix + path, operation);
  }
  // Cohere's clients ask their own version.
  post('/v2/rerank', 'rerank');
  post('/p/:project/v2/rerank', 'rerank');
}
