import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { GatewayError } from '@turnpike/kernel';
import { Client } from 'pg';

/** Prisma Migrate takes the same lock: a deploy and a starting process exclude each other. */
const LOCK = 72_707_369;
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

export interface MigrationOptions {
  readonly connectionString: string;
  /** prisma/migrations: one folder per migration, applied in the order of their names. */
  readonly directory: string;
}

export interface MigrationResult {
  /** Names applied now, in order. */
  readonly applied: readonly string[];
  /** Applied earlier, but their file has another checksum today. */
  readonly edited: readonly string[];
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface Row {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Applies what is missing, each migration in one transaction with its row, interchangeable with `prisma migrate deploy`.
 * Racing callers wait for each other. Makes no database.
 * @throws GatewayError store_unavailable that names the migration and the server's words; that migration left nothing.
 */
export async function runMigrations(options: MigrationOptions): Promise<MigrationResult> {
  const migrations = readMigrations(options.directory);
  const client = await openClient(options.connectionString);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(TABLE);
    const done = await readHistory(client);
    const pending = migrations.filter(({ name }) => !done.has(name));
    for (const migration of pending) await applyMigration(client, migration);
    return { applied: pending.map(({ name }) => name), edited: listEdited(migrations, done) };
  } finally {
    await client.end(); // releases the lock
  }
}

/** Names in the directory that the database does not have yet; what readiness asks. Writes nothing. */
export async function listPendingMigrations(options: MigrationOptions): Promise<string[]> {
  const client = await openClient(options.connectionString);
  try {
    const exists = await client.query<{ found: string | null }>(
      `SELECT to_regclass('_prisma_migrations')::text AS found`,
    );
    const done = exists.rows[0]?.found ? await readHistory(client) : new Map<string, string>();
    return readMigrations(options.directory)
      .map(({ name }) => name)
      .filter((name) => !done.has(name));
  } finally {
    await client.end();
  }
}

function readMigrations(directory: string): Migration[] {
  if (!fs.existsSync(directory)) {
    throw new GatewayError('store_unavailable', `There is no directory of migrations at ${directory}.`);
  }
  return fs
    .readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const bytes = fs.readFileSync(path.join(directory, name, 'migration.sql'));
      return {
        name,
        sql: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function openClient(connectionString: string): Promise<Client> {
  const client = new Client({
    connectionString,
    connectionTimeoutMillis: 5_000,
    application_name: 'turnpike migrate',
  });
  client.on('error', () => undefined); // reported by the statement under way
  try {
    await client.connect();
    return client;
  } catch (cause) {
    throw new GatewayError('store_unavailable', `Cannot connect to PostgreSQL: ${wordsOf(cause)}.`, {
      cause,
    });
  }
}

/** AggregateError of a name with several addresses has an empty message. */
const wordsOf = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
};

/** Finished migrations with their checksums. @throws GatewayError when one was left half done by another tool. */
async function readHistory(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<Row>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const failed = rows.find((row) => row.finished_at === null);
  if (failed !== undefined) {
    throw new GatewayError(
      'store_unavailable',
      `Migration ${failed.migration_name} failed earlier and is unresolved: repair the schema, then run "npx prisma migrate resolve".`,
    );
  }
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

const listEdited = (migrations: readonly Migration[], done: ReadonlyMap<string, string>): string[] =>
  migrations
    .filter(({ name, checksum }) => (done.get(name) ?? checksum) !== checksum)
    .map(({ name }) => name);

async function applyMigration(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new GatewayError(
      'store_unavailable',
      `Migration ${name} failed and was rolled back: ${wordsOf(cause)}.`,
      { cause },
    );
  }
}
