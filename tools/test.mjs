/**
 * `npm test [-- project...] [jest arguments]`: set-up, PostgreSQL and Redis, then the unit, integration, e2e and timed projects.
 * The last line is `N passed, N failed`; the exit code is Jest's.
 */
import fs from 'node:fs';
import path from 'node:path';
import { runAll } from './jest-runs.mjs';
import { holdSignals, interruptedCode, root, wasInterrupted } from './run-child.mjs';
import { findPostgres } from './services/postgres.mjs';
import { findRedis } from './services/redis.mjs';
import { setUp } from './setup.mjs';

const PROJECTS = ['unit', 'integration', 'e2e', 'timed'];
const say = (line) => console.error(line);

/** Redis is asked for once a test uses it: nothing to install for what nobody runs. */
function usesRedis() {
  const isUser = (file) => file.endsWith('.ts') && fs.readFileSync(file, 'utf8').includes('REDIS_URL');
  const walk = (folder) =>
    fs.readdirSync(folder, { withFileTypes: true }).some((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? walk(file) : isUser(file);
    });
  return ['test', 'libs/testing'].some((folder) => walk(path.join(root, folder)));
}

async function startServices(projects) {
  const services = [];
  const env = {};
  const add = async (name, find) => {
    const service = await find(say);
    services.push(service);
    env[name] = service.url;
    say(`${name === 'DATABASE_URL' ? 'PostgreSQL' : 'Redis'}: ${service.where}`);
  };
  const release = async () => {
    for (const service of services.reverse()) await service.release();
  };
  try {
    await add('DATABASE_URL', findPostgres);
    if (projects.some((project) => project !== 'unit') && usesRedis()) await add('REDIS_URL', findRedis);
  } catch (error) {
    await release();
    throw error;
  }
  return { env, release };
}

async function main(args) {
  const chosen = args.filter((arg) => PROJECTS.includes(arg));
  const projects = chosen.length ? chosen : PROJECTS;
  const services = await startServices(projects);
  try {
    return await runAll(
      projects,
      args.filter((arg) => !PROJECTS.includes(arg)),
      services.env,
      say,
    );
  } finally {
    await services.release();
  }
}

holdSignals();
await setUp(say);
try {
  const { code, passed, failed } = await main(process.argv.slice(2));
  const nothing = passed + failed === 0;
  if (nothing) say('No test ran.');
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(wasInterrupted() ? interruptedCode() : code || failed || nothing ? code || 1 : 0);
} catch (error) {
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exit(1);
}
