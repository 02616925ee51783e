export * from './gemini-stream-decoder';
export * from './gemini-stream-encoder';
export * from './json-array';
export * from './json-array-reader';
