export { readOllamaUsage } from './read-ollama-usage';
