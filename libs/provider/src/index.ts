export * from './domain/definition';
export * from './domain/failure-evidence';
export * from './domain/target';
export * from './domain/upstream';
export * from './domain/resolve-capabilities';
export * from './registry';
