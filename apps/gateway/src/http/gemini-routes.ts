import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  createOperationShapes,
  DIALECTS,
  GEMINI_VERBS,
  readGeminiPath,
  type Address,
} from '@turnpike/dialects';
import { GatewayError } from '@turnpike/kernel';
import { readGeminiEmbeddings } from '@turnpike/pipeline';
import { answerCountTokens } from './count-tokens';
import type { DataPlane } from './data-plane';
import { answerCall, bodyOf, readGeneration, type ReadAsked } from './start-call';

/** SDKs of both generations: `/v1beta` and `/v1`. */
const GEMINI_PREFIXES = ['/v1beta', '/v1', '', '/p/:project/v1beta', '/p/:project/v1', '/p/:project'];

/** `POST …/models/{model}:{verb}`: model and verb are told apart at the last colon. */
export function addGeminiRoutes(app: FastifyInstance, plane: DataPlane): void {
  const shapes = createOperationShapes([]);
  const readEmbeddings: ReadAsked = (request) =>
    readGeminiEmbeddings(bodyOf(request), shapes, addressOf(request));
  for (const prefix of GEMINI_PREFIXES) {
    app.post(`${prefix}/models/*`, { config: { dialect: 'gemini-generate' } }, (request, reply) => {
      const asked = readGeminiPath((request.params as { '*': string })['*']);
      if (!asked) throw unknownVerb();
      const { model, verb } = asked;
      const stream = verb === 'streamGenerateContent';
      request.received.address = { model, stream };
      request.received.arrayForm = stream && (request.query as { alt?: unknown }).alt !== 'sse';
      if (verb === 'countTokens') return answerCountTokens(request, reply, plane);
      const embeds = verb === 'embedContent' || verb === 'batchEmbedContents';
      return answerCall(request, reply, plane, embeds ? readEmbeddings : readGeneration);
    });
  }
}

/** What the URL said; the route has read it before the call began. */
const addressOf = ({ received }: FastifyRequest): Address => received.address ?? { model: '', stream: false };

const unknownVerb = (): GatewayError =>
  new GatewayError('not_found', `Known verbs are ${GEMINI_VERBS.join(', ')}, behind the model and a colon.`, {
    final: true,
  });

/** `{contents}` or `{generateContentRequest: {contents, …}}`: countTokens takes both. */
export function unwrapCountRequest(bytes: Buffer): Buffer {
  if (!bytes.includes('"generateContentRequest"')) return bytes;
  try {
    const body = JSON.parse(bytes.toString('utf8')) as { generateContentRequest?: unknown };
    return body.generateContentRequest === undefined
      ? bytes
      : Buffer.from(JSON.stringify(body.generateContentRequest));
  } catch {
    return bytes;
  }
}

export const isGemini = (request: FastifyRequest): boolean =>
  request.received.dialect === DIALECTS['gemini-generate'];
