export type { AccessLog, AccessFields } from './access-log';
export * from './call-metrics';
export * from './create-logger';
export * from './metric-table';
export * from './ops-server';
export * from './polled-check';
export * from './process-metrics';
export { scrubLine } from './scrub-line';
export * from './run-process';
