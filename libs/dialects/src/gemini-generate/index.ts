import type { Dialect } from '../dialect';
import { renderGeminiError, renderGeminiErrorEvent } from './error';
import { GEMINI_DIALECT_ID } from './gemini-id';
import { decodeGeminiRequest, encodeGeminiRequest } from './request';
import { GEMINI_TASK } from './request/gemini-task';
import { decodeGeminiResponse, encodeGeminiResponse } from './response';
import { GEMINI_CALL_ID } from './response/part-writer';
import { createGeminiStreamDecoder, createGeminiStreamEncoder } from './stream';
import { createGeminiTap, readGeminiAnswer } from './tap';
import { writeGeminiUsage } from './usage';

export { GEMINI_DIALECT_ID } from './gemini-id';
export { readGeminiCount, toGeminiCountBody, writeGeminiCount } from './request';
export { createJsonArrayReader, createJsonArrayWriter, JSON_ARRAY_TYPE } from './stream';
export { GEMINI_VERBS, readGeminiPath, writeGeminiPath, type GeminiAddress, type GeminiVerb } from './wire';
export { showsThoughts, type GeminiAnswerView } from './response/gemini-view';

/** Google Gemini generateContent, as a front door and as an upstream format. */
export const GEMINI_GENERATE = {
  id: GEMINI_DIALECT_ID,
  decodeRequest: decodeGeminiRequest,
  encodeRequest: encodeGeminiRequest,
  decodeResponse: decodeGeminiResponse,
  encodeResponse: encodeGeminiResponse,
  createStreamDecoder: createGeminiStreamDecoder,
  createStreamEncoder: createGeminiStreamEncoder,
  createTap: createGeminiTap,
  readAnswer: readGeminiAnswer,
  renderError: renderGeminiError,
  renderErrorEvent: renderGeminiErrorEvent,
  // Comments, named events and ids crash clients of this dialect: silence is all there is.
  keepAlive: undefined,
  // The last chunk has no mark of its own, so none can be missing.
  streamEnd: '',
  task: GEMINI_TASK,
  callIds: GEMINI_CALL_ID,
  writeUsage: writeGeminiUsage,
} satisfies Dialect;
