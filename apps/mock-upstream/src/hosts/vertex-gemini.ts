import { geminiDialect } from '../gemini/gemini-dialect';
import type { WireDialect } from '../wire/wire-dialect';

/** Gemini at Vertex: tokens instead of keys, and a 429 that says no more than that there is no room. */
export const vertexGemini: WireDialect = {
  ...geminiDialect,
  limitFamily: 'none',
  badKeyStatus: 401,
  needsCredential: true,
  credentialOf: (headers) => /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1],
};
