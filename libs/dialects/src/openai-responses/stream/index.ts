export * from './responses-stream-decoder';
export * from './responses-stream-encoder';
