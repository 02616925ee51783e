export { readCohereUsage } from './read-cohere-usage';
