export { encodeOllamaRequest } from './encode-ollama-request';
