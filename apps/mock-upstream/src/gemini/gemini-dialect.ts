import type { WireDialect } from '../wire/wire-dialect';
import { checkGemini } from './check-gemini';
import { geminiError } from './gemini-error';
import { understandGemini } from './understand-gemini';
import { isEventStream, streamGemini, writeGemini } from './write-gemini';

/** Gemini generateContent, its two forms of streams, and countTokens. */
export const geminiDialect: WireDialect = {
  name: 'gemini',
  limitFamily: 'google',
  badKeyStatus: 400,
  credentialOf: (headers, query) => {
    const key = headers['x-goog-api-key'];
    const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    return typeof key === 'string' ? key : (bearer ?? query.get('key') ?? undefined);
  },
  check: checkGemini,
  understand: understandGemini,
  whole: writeGemini,
  steps: streamGemini,
  streamType: (wire) => (isEventStream(wire) ? 'text/event-stream' : 'application/json; charset=UTF-8'),
  errorBody: geminiError,
  errorEvent: (error, sent, wire) => {
    const text = JSON.stringify(geminiError(error));
    if (isEventStream(wire)) return `data: ${text}\r\n\r\n`;
    return `${sent ? ',\r\n' : '['}${text}\r\n]`;
  },
  tokenCount: (tokens) => ({
    totalTokens: tokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: tokens }],
  }),
};
