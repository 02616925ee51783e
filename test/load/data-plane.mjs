/** The data plane as it is deployed: a process of its own beside a database, with a key, ledger, metrics and access log. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { startProcess, stopProcess } from './processes.mjs';

const require = createRequire(import.meta.url);
const dist = (file) => new URL(`../../dist/${file}`, import.meta.url).pathname;

const readyLine = (line) => {
  try {
    const { msg, url } = JSON.parse(line);
    return msg === 'Turnpike is ready' ? { url } : undefined;
  } catch {
    return undefined;
  }
};

/** Database, schema and keys, made by the code that makes them in production. */
async function openDatabase(dir) {
  const { createPgPool, findMigrations, runMigrations, startEmbeddedPostgres } = require(
    dist('libs/persistence/src/index.js'),
  );
  const { ensureStandaloneKeys } = require(dist('apps/admin/src/bootstrap/ensure-standalone-keys.js'));
  const postgres = await startEmbeddedPostgres({ dataDir: dir });
  try {
    const { connectionString } = postgres;
    await runMigrations({ connectionString, directory: findMigrations() });
    const pepper = randomBytes(48).toString('base64');
    const pool = createPgPool(connectionString, { max: 2 });
    try {
      return { postgres, pepper, keys: await ensureStandaloneKeys({ pool, pepper }, dir) };
    } finally {
      await pool.end();
    }
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** `{ url, pid, key, stop }`; everything it writes lies under `dir`. Without `redisUrl` its state is its own. */
export async function startDataPlane(dir, { config, core, redisUrl = '' }) {
  const { postgres, pepper, keys } = await openDatabase(dir);
  const configFile = path.join(dir, 'turnpike.yaml');
  writeFileSync(configFile, JSON.stringify(config));
  const env = {
    DATABASE_URL: postgres.connectionString,
    REDIS_URL: redisUrl,
    TURNPIKE_KEY_PEPPER: pepper,
    TURNPIKE_ADMIN_KEY: keys.adminKey,
    TURNPIKE_SECRET_KEYS: randomBytes(32).toString('base64'),
    TURNPIKE_CONFIG: configFile,
    TURNPIKE_DATA_DIR: dir,
    HOST: '127.0.0.1',
    PORT: '0',
    OPS_PORT: '0',
    LOG_FORMAT: 'json',
    LOG_LEVEL: 'info',
  };
  try {
    const started = await startProcess([dist('apps/gateway/src/main.js')], { core, env, ready: readyLine });
    const stop = async () => {
      await stopProcess(started);
      await postgres.stop();
    };
    return { ...started, key: keys.developerKey, stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
