import { createJsonLineReader } from '@turnpike/protocol';
import type { UpstreamDialect } from '../dialect';
import { encodeOllamaRequest } from './request';
import { decodeOllamaResponse, readOllamaAnswer } from './response';
import { createOllamaStreamDecoder } from './stream';

/** Ollama's native chat: one JSON object per line, options in an object of their own. */
export const OLLAMA_CHAT: UpstreamDialect = {
  id: 'ollama-chat',
  encodeRequest: encodeOllamaRequest,
  takesUrl: () => false,
  decodeResponse: (body) => decodeOllamaResponse(body),
  createStreamDecoder: createOllamaStreamDecoder,
  readAnswer: readOllamaAnswer,
  framing: { contentType: 'application/x-ndjson', createReader: createJsonLineReader },
};
