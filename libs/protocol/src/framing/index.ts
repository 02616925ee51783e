export * from './aws-event-stream';
export * from './json-lines';
export * from './sse';
export * from './sse-parser';
export * from './sse-splitter';
