import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { listPendingMigrations, runMigrations } from '@turnpike/persistence';
import { createEmptyDatabase, type TestDatabase } from '@turnpike/testing';
import { Client } from 'pg';

const ROOT = path.resolve(__dirname, '../../..');
const PROJECT_MIGRATIONS = path.join(ROOT, 'prisma/migrations');

jest.setTimeout(60_000);

let database: TestDatabase;
let directory: string;

const write = (name: string, sql: string): void => {
  fs.mkdirSync(path.join(directory, name), { recursive: true });
  fs.writeFileSync(path.join(directory, name, 'migration.sql'), sql);
};
const run = (): ReturnType<typeof runMigrations> =>
  runMigrations({ connectionString: database.connectionString, directory });

async function column(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: database.connectionString });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows.map(([value]) => value);
  } finally {
    await client.end();
  }
}

beforeEach(async () => {
  database = await createEmptyDatabase();
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'turnpike-migrations-'));
  write('0001_first', 'CREATE TABLE first (n int);');
  write(
    '0002_second',
    'CREATE FUNCTION two() RETURNS int AS $$ BEGIN PERFORM 1; RETURN 2; END; $$ LANGUAGE plpgsql;',
  );
  fs.writeFileSync(path.join(directory, 'migration_lock.toml'), 'provider = "postgresql"\n');
});

afterEach(async () => {
  fs.rmSync(directory, { recursive: true, force: true });
  await database.drop();
});

describe('runMigrations', () => {
  it('applies what is missing in the order of names, once', async () => {
    const pending = (): Promise<string[]> =>
      listPendingMigrations({ connectionString: database.connectionString, directory });
    expect(await pending()).toEqual(['0001_first', '0002_second']);
    expect(await run()).toEqual({ applied: ['0001_first', '0002_second'], edited: [] });
    expect(await run()).toEqual({ applied: [], edited: [] });
    write('0003_third', 'ALTER TABLE first ADD COLUMN m int DEFAULT two();');
    expect(await pending()).toEqual(['0003_third']);
    expect(await run()).toEqual({ applied: ['0003_third'], edited: [] });
    expect(await column('SELECT migration_name FROM _prisma_migrations ORDER BY started_at')).toHaveLength(3);
  });

  it('lets simultaneous processes wait for each other', async () => {
    const results = await Promise.all([run(), run(), run(), run()]);
    expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, 2]);
  });

  it('leaves nothing of a failing migration, names it, and succeeds once it is put right', async () => {
    write('0003_third', 'CREATE TABLE third (n int); SELECT no_such_function();');
    await expect(run()).rejects.toThrow(
      /Migration 0003_third failed and was rolled back: .*no_such_function/,
    );
    expect(await column("SELECT to_regclass('third')")).toEqual([null]);
    write('0003_third', 'CREATE TABLE third (n int);');
    expect(await run()).toEqual({ applied: ['0003_third'], edited: [] });
  });

  it('reports a migration that was edited after it was applied', async () => {
    await run();
    write('0001_first', 'CREATE TABLE first (n bigint);');
    expect(await run()).toEqual({ applied: [], edited: ['0001_first'] });
  });

  it('refuses to go on after a migration that another tool left half done', async () => {
    await run();
    await column(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', '0003_third') RETURNING id",
    );
    await expect(run()).rejects.toThrow(/Migration 0003_third failed earlier and is unresolved/);
  });

  it('says whom it could not reach', async () => {
    const nowhere = { connectionString: 'postgresql://nobody@127.0.0.1:1/none', directory };
    await expect(runMigrations(nowhere)).rejects.toThrow(/Cannot connect to PostgreSQL: .*ECONNREFUSED/);
  });

  it('is interchangeable with the command line of Prisma: nothing pending, no drift from the schema', async () => {
    await runMigrations({ connectionString: database.connectionString, directory: PROJECT_MIGRATIONS });
    const prisma = (...args: string[]): Promise<{ stdout: string }> =>
      promisify(execFile)(
        process.execPath,
        [path.join(ROOT, 'node_modules/prisma/build/index.js'), ...args],
        {
          cwd: ROOT,
          env: { ...process.env, DATABASE_URL: database.connectionString },
        },
      );
    const status = await prisma('migrate', 'status');
    expect(status.stdout).toContain('Database schema is up to date');
    const deploy = await prisma('migrate', 'deploy');
    expect(deploy.stdout).toContain('No pending migrations to apply');
    const drift = [
      'migrate',
      'diff',
      '--from-config-datasource',
      '--to-schema',
      'prisma/schema.prisma',
      '--exit-code',
    ];
    expect((await prisma(...drift)).stdout).toContain('No difference detected');
  });
});
