import type { UpstreamDialect } from '../dialect';
import { encodeCohereRequest } from './request';
import { decodeCohereResponse, readCohereAnswer } from './response';
import { createCohereStreamDecoder } from './stream';

/** Cohere's chat, version 2. Its documents are not mapped; what its citations say of web pages is. */
export const COHERE_CHAT: UpstreamDialect = {
  id: 'cohere-chat',
  encodeRequest: encodeCohereRequest,
  takesUrl: ({ kind }) => kind === 'image',
  decodeResponse: (body) => decodeCohereResponse(body),
  createStreamDecoder: createCohereStreamDecoder,
  readAnswer: readCohereAnswer,
};
