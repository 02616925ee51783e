export { encodeCohereRequest } from './encode-cohere-request';
