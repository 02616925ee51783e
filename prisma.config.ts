import path from 'node:path';
import { defineConfig } from 'prisma/config';

// The vendor's native schema engine cannot be fetched everywhere; ours speaks the same protocol from an npm package.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= path.resolve(__dirname, 'tools/prisma/schema-engine.mjs');

/** Partitioned, append-only and written with plain SQL: their migrations are written by hand, Prisma leaves them alone. */
const LEDGER_TABLES = ['public.attempt', 'public.call', 'public.charge_line'];

export default defineConfig({
  experimental: { externalTables: true },
  tables: { external: LEDGER_TABLES },
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://127.0.0.1:5432/turnpike' },
});
