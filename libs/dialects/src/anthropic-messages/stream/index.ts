export * from './messages-stream-decoder';
export * from './messages-stream-encoder';
