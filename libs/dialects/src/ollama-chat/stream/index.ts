export { createOllamaStreamDecoder } from './ollama-stream-decoder';
