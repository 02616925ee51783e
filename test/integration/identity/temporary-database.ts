import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';

const SERVER = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const MIGRATIONS = path.resolve(__dirname, '../../../prisma/migrations');

export interface TemporaryDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A migrated database of its own on the test server; the caller drops it. */
export async function createTemporaryDatabase(): Promise<TemporaryDatabase> {
  const name = `turnpike_test_${randomBytes(6).toString('hex')}`;
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  await runSql(SERVER, `CREATE DATABASE "${name}"`);
  for (const folder of readdirSync(MIGRATIONS).sort()) {
    if (folder.endsWith('.toml')) continue;
    await runSql(url.href, readFileSync(path.join(MIGRATIONS, folder, 'migration.sql'), 'utf8'));
  }
  return { url: url.href, drop: () => runSql(SERVER, `DROP DATABASE "${name}" WITH (FORCE)`) };
}

async function runSql(databaseUrl: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
