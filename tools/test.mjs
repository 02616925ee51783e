/**
 * `npm test [-- project...] [jest arguments]`: set-up, PostgreSQL and Redis, then the unit, integration, e2e and timed projects.
 * The last line is `N passed, N failed`; the exit code is Jest's.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { holdSignals, interruptedCode, root, runTool, wasInterrupted } from './run-child.mjs';
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

/** Suites that could not even load count as one failure each. */
function readTotals(file) {
  if (!fs.existsSync(file)) return { passed: 0, failed: 1 };
  const report = JSON.parse(fs.readFileSync(file, 'utf8'));
  return { passed: report.numPassedTests, failed: report.numFailedTests + report.numRuntimeErrorTestSuites };
}

/** What is timed has the machine to itself: it runs last, one suite after the other. */
const TIMED = 'timed';

async function runAll(projects, rest, env) {
  const others = projects.filter((project) => project !== TIMED);
  const most = others.length > 0 ? await runJest(others, rest, env) : { code: 0, passed: 0, failed: 0 };
  if (others.length === projects.length || wasInterrupted()) return most;
  const timed = await runJest([TIMED], ['--maxWorkers=1', ...rest], env);
  return {
    code: most.code || timed.code,
    passed: most.passed + timed.passed,
    failed: most.failed + timed.failed,
  };
}

async function runJest(projects, rest, env) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'turnpike-jest-'));
  const report = path.join(dir, 'report.json');
  const args = [
    '--selectProjects',
    ...projects,
    '--passWithNoTests',
    // Five seconds are short where two busy cores run real databases, gateways and agents.
    '--testTimeout=30000',
    '--json',
    '--outputFile',
    report,
    ...rest,
  ];
  try {
    const { code } = await runTool('jest/bin/jest.js', args, { env: { ...env, NODE_ENV: 'test' } });
    return { code, ...readTotals(report) };
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
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
