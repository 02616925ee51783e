export * from './operation-tap';
export * from './read-cost';
export * from './read-json-answer';
