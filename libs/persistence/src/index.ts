export type { ServerBinaries } from './embedded/platform-binaries';
export * from './embedded/start-embedded-postgres';
export * from './migrate/find-migrations';
export * from './migrate/run-migrations';
export * from './pg-pool';
export * from './prisma-database';
