import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { runMigrations } from '@turnpike/persistence/migrate/run-migrations';
import { Client } from 'pg';

/** `npm test` names the server it found; alone on a developer's machine the default local port is tried. */
const serverUrl = (): string =>
  process.env['DATABASE_URL'] ?? 'postgresql://postgres@127.0.0.1:5432/postgres';

const MIGRATIONS = path.resolve(__dirname, '../../../prisma/migrations');

export interface TestDatabase {
  readonly connectionString: string;
  /** Drops the database; whoever is still connected is cut off. */
  drop(): Promise<void>;
}

/** Below the name that `npm test` chose, so that it can drop what an aborted run left. */
function freshName(): string {
  const current = new URL(serverUrl()).pathname.slice(1);
  const prefix = current.startsWith('turnpike_test_') ? current : 'turnpike_test';
  return `${prefix}_${randomBytes(6).toString('hex')}`;
}

/** A database of its own on the test server, empty. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const name = freshName();
  await onServer(`CREATE DATABASE ${name}`);
  const connectionString = Object.assign(new URL(serverUrl()), { pathname: `/${name}` }).href;
  return { connectionString, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** The same with every migration applied. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  try {
    await runMigrations({ connectionString: database.connectionString, directory: MIGRATIONS });
    return database;
  } catch (error) {
    await database.drop();
    throw error;
  }
}

/** Runs `use` on a migrated database that is dropped afterwards. */
export async function withDatabase<T>(use: (connectionString: string) => Promise<T>): Promise<T> {
  const database = await createTestDatabase();
  try {
    return await use(database.connectionString);
  } finally {
    await database.drop();
  }
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl(), connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
