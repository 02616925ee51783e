export { createCohereStreamDecoder } from './cohere-stream-decoder';
