/**
 * `npm run test:agents [-- jest arguments]`: installs the real coding agents (once, about 1.3 GB) and drives each through the
 * gateway in front of every kind of provider. The last line says how long it took.
 */
import { AGENTS, installAgents } from './install-agents.mjs';
import { holdSignals, interruptedCode, runTool, seconds, wasInterrupted } from './run-child.mjs';
import { findPostgres } from './services/postgres.mjs';
import { setUp } from './setup.mjs';

/** More than cores: much of the time an agent waits before it asks again. */
const WORKERS = '3';
const say = (line) => console.error(line);

holdSignals();
const startedAt = performance.now();
let code = 1;
try {
  await setUp(say);
  await installAgents(Object.keys(AGENTS), say);
  const postgres = await findPostgres(say);
  try {
    const args = ['--config', 'test/e2e/agents/jest.config.cjs', '--maxWorkers', WORKERS];
    const env = { DATABASE_URL: postgres.url, NODE_ENV: 'test' };
    ({ code } = await runTool('jest/bin/jest.js', [...args, ...process.argv.slice(2)], { env }));
  } finally {
    await postgres.release();
  }
} catch (error) {
  say(error.message);
}
say(`Took ${seconds(startedAt)}.`);
process.exit(wasInterrupted() ? interruptedCode() : code);
