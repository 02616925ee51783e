export * from './check-references';
export * from './config-error';
export * from './configuration';
export * from './demo-config';
export * from './parse-config';
export * from './read-secret';
export * from './schema';
