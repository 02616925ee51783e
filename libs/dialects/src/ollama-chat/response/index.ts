export * from './decode-ollama-response';
export * from './read-message';
