export * from './domain/ledger';
export * from './domain/prices';
