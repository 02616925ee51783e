export * from './free-ports';
export * from './until';
export * from './with-database';
