export { readGeminiCount, toGeminiCountBody, writeGeminiCount } from './count-tokens';
export { decodeGeminiRequest } from './decode-gemini-request';
export { encodeGeminiRequest } from './encode-gemini-request';
