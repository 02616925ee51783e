export * from './cohere-stop';
export * from './decode-cohere-response';
export * from './read-citations';
