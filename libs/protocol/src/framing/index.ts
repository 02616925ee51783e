export * from './sse';
export * from './sse-parser';
export * from './sse-splitter';
