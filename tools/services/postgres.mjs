/** A PostgreSQL server for the tests: the one that was named, one that answers, or one started here and stopped afterwards. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { findProgram, installPackage } from './find-program.mjs';

const require = createRequire(import.meta.url);
const LOCAL = ['postgres', 'postgres:postgres', encodeURIComponent(os.userInfo().username)].map(
  (user) => `postgresql://${user}@127.0.0.1:5432/postgres`,
);

async function query(connectionString, text) {
  const { Client } = require('pg');
  const client = new Client({ connectionString, connectionTimeoutMillis: 3000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const mayCreate = async (url) => {
  try {
    const [row] = await query(
      url,
      'SELECT rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user',
    );
    return row?.may === true;
  } catch {
    return false;
  }
};

/** A database of its own on the server; it and those the tests derive from its name are dropped at the end. */
async function createOwn(server, where, stop = async () => {}) {
  const name = `turnpike_test_${randomBytes(4).toString('hex')}`;
  await query(server, `CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const release = async () => {
    const like = `SELECT datname FROM pg_database WHERE datname LIKE '${name.replaceAll('_', '\\_')}%'`;
    const rows = await query(server, like).catch(() => []);
    for (const { datname } of rows)
      await query(server, `DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`).catch(() => {});
    await stop();
  };
  return { url, where, release };
}

/** Starts a server in a temporary directory with the product's own launcher. */
async function startServer(where, binaries) {
  const {
    startEmbeddedPostgres,
  } = require('../../dist/libs/persistence/src/embedded/start-embedded-postgres.js');
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'turnpike-test-'));
  fs.chmodSync(dataDir, 0o711);
  const remove = () => fs.rmSync(dataDir, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({ dataDir, binaries });
    return await createOwn(server.connectionString, where, () => server.stop().finally(remove));
  } catch (error) {
    remove();
    throw error;
  }
}

/** PostgreSQL 15 or newer among the programs of this machine. */
function installedBinaries() {
  const found = findProgram('postgres');
  const postgres = found && fs.realpathSync(found); // PATH often has a link, the other programs lie beside the target
  if (postgres === undefined || !fs.existsSync(path.join(path.dirname(postgres), 'initdb'))) return undefined;
  const version = /\) (\d+)/.exec(execFileSync(postgres, ['--version'], { encoding: 'utf8' }))?.[1];
  return Number(version) >= 15 ? { native: path.resolve(path.dirname(postgres), '..'), version } : undefined;
}

async function firstOf(attempts) {
  const reasons = [];
  for (const attempt of attempts) {
    try {
      const found = await attempt();
      if (found) return found;
    } catch (error) {
      reasons.push(error.message);
    }
  }
  const said = reasons.length ? ` (${reasons.join(' ')})` : '';
  throw new Error(
    `The tests need PostgreSQL 15 or newer: set DATABASE_URL to a server on which databases may be created, or install postgresql.${said}`,
  );
}

const fromInstalled = async () => {
  const binaries = installedBinaries();
  return (
    binaries && startServer(`PostgreSQL ${binaries.version} of this machine, started for the tests`, binaries)
  );
};

/** Resolves with { url, where, release }. @throws Error with one sentence that says what to install. */
export async function findPostgres(say) {
  const given = process.env.DATABASE_URL;
  if (given !== undefined && given !== '') {
    if (await mayCreate(given)) return createOwn(given, 'the server of DATABASE_URL');
    throw new Error(
      'DATABASE_URL names a server that does not answer, or on which no database may be created.',
    );
  }
  return firstOf([
    async () => {
      for (const url of LOCAL)
        if (await mayCreate(url)) return createOwn(url, 'the server on 127.0.0.1:5432');
      return undefined;
    },
    fromInstalled,
    () => startServer('the embedded PostgreSQL, started for the tests'),
    async () => ((await installPackage('postgresql', say)) ? fromInstalled() : undefined),
  ]);
}
