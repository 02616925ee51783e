/**
 * `node tools/agents-test.mjs [jest arguments]`: installs the real coding agents into .cache/agents (once, about 250 MB)
 * and drives each through the gateway against the mock provider. About a minute, plus 15 s for the first install.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { holdSignals, interruptedCode, root, runNpm, runTool, wasInterrupted } from './run-child.mjs';
import { setUp } from './setup.mjs';

/** Versions that the suites were written against. */
const AGENTS = { 'claude-code': { package: '@anthropic-ai/claude-code', version: '2.1.329' } };

const say = (line) => console.error(line);

function installedVersion(folder, name) {
  const file = path.join(folder, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

/** Apart from the workspace's own packages: agents are no dependency of the product. */
async function install(agent, { package: name, version }) {
  const folder = path.join(root, '.cache/agents', agent);
  if (installedVersion(folder, name) === version) return;
  say(`Installing ${name} ${version} ...`);
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', `${name}@${version}`];
  const { code, output } = await runNpm(args, { quiet: true });
  if (code !== 0) throw new Error(`npm could not install ${name}: ${output.trim().split('\n').at(-1)}`);
}

holdSignals();
const startedAt = Date.now();
try {
  await setUp(say);
  for (const [agent, source] of Object.entries(AGENTS)) await install(agent, source);
  const args = ['--config', 'test/e2e/agents/jest.config.cjs', '--runInBand', ...process.argv.slice(2)];
  const { code } = await runTool('jest/bin/jest.js', args, { env: { NODE_ENV: 'test' } });
  say(`Took ${Math.round((Date.now() - startedAt) / 1000)} s.`);
  process.exit(wasInterrupted() ? interruptedCode() : code);
} catch (error) {
  say(error.message);
  process.exit(1);
}
