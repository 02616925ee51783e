export * from './dialect';
export * from './envelope-shapes';
export * from './registry';
export {
  createJsonArrayWriter,
  GEMINI_VERBS,
  JSON_ARRAY_TYPE,
  readGeminiCount,
  readGeminiPath,
  showsThoughts,
  toGeminiCountBody,
  writeGeminiCount,
  writeGeminiPath,
  type GeminiVerb,
} from './gemini-generate';
export { toCountTokensBody } from './anthropic-messages/request';
export { toInputTokensBody } from './openai-responses';
export * from './operations';
export { readVendorError } from './answer';
