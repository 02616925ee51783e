export * from './dialect';
export * from './envelope-shapes';
export * from './registry';
export {
  createJsonArrayWriter,
  JSON_ARRAY_TYPE,
  readGeminiPath,
  showsThoughts,
  writeGeminiPath,
  type GeminiVerb,
} from './gemini-generate';
export { toCountTokensBody } from './anthropic-messages/request';
