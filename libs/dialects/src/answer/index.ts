export * from './answer-call-ids';
export * from './estimate-output';
export * from './event-text';
export * from './object-tracker';
export * from './parse-event';
export * from './read-json';
export * from './read-vendor-error';
export * from './status-within-class';
