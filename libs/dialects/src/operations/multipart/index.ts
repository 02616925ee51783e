export * from './boundary';
export * from './part-scanner';
