import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DIALECTS, readGeminiPath } from '@turnpike/dialects';
import { GatewayError } from '@turnpike/kernel';
import { answerCountTokens } from './count-tokens';
import type { DataPlane } from './data-plane';

/** SDKs of both generations: `/v1beta` and `/v1`. */
const GEMINI_PREFIXES = ['/v1beta', '/v1', '', '/p/:project/v1beta', '/p/:project/v1', '/p/:project'];

export type AnswerCall = (request: FastifyRequest, reply: FastifyReply) => void | Promise<void>;

/** `POST …/models/{model}:{verb}`: model and verb are told apart at the last colon. */
export function addGeminiRoutes(app: FastifyInstance, plane: DataPlane, answerCall: AnswerCall): void {
  for (const prefix of GEMINI_PREFIXES) {
    app.post(`${prefix}/models/*`, { config: { dialect: 'gemini-generate' } }, (request, reply) => {
      const asked = readGeminiPath((request.params as { '*': string })['*']);
      if (!asked) throw unknownVerb();
      const { model, verb } = asked;
      const stream = verb === 'streamGenerateContent';
      request.received.address = { model, stream };
      request.received.arrayForm = stream && (request.query as { alt?: unknown }).alt !== 'sse';
      return verb === 'countTokens' ? answerCountTokens(request, reply, plane) : answerCall(request, reply);
    });
  }
}

const unknownVerb = (): GatewayError =>
  new GatewayError(
    'not_found',
    'Known verbs are generateContent, streamGenerateContent and countTokens, behind the model and a colon.',
    { final: true },
  );

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
