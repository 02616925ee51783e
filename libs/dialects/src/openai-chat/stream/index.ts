export * from './chat-stream-decoder';
export * from './chat-stream-encoder';
