/**
 * `node tools/install-agents.mjs [agent...]`: real coding agents into .cache/agents, each apart from the others and from the
 * workspace's own packages. They are no dependency of the product. Does nothing when they are there.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runNpm, seconds } from './run-child.mjs';

/** Versions that the suites were written against. */
export const AGENTS = {
  'claude-code': { package: '@anthropic-ai/claude-code', version: '2.1.329' },
  codex: { package: '@openai/codex', version: '0.169.0' },
  'gemini-cli': { package: '@google/gemini-cli', version: '0.61.0' },
  opencode: { package: 'opencode-ai', version: '1.18.33' },
  'qwen-code': { package: '@qwen-code/qwen-code', version: '0.24.4' },
};

const folderOf = (agent) => path.join(root, '.cache/agents', agent);

function installedVersion(agent) {
  const file = path.join(folderOf(agent), 'node_modules', AGENTS[agent].package, 'package.json');
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).version : undefined;
}

/** Beside its place first: an install that was cut short, or that another process makes, is never taken for a whole one. */
async function install(agent) {
  const { package: name, version } = AGENTS[agent];
  const making = `${folderOf(agent)}.${process.pid}`;
  fs.mkdirSync(making, { recursive: true });
  try {
    // Their scripts build optional parts or copy programs that are run where they lie.
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--no-package-lock'];
    const { code, output } = await runNpm(['install', '--prefix', making, ...flags, `${name}@${version}`], {
      quiet: true,
    });
    if (code !== 0) throw new Error(`npm could not install ${name}: ${output.trim().split('\n').at(-1)}`);
    fs.rmSync(folderOf(agent), { recursive: true, force: true });
    fs.renameSync(making, folderOf(agent));
  } finally {
    fs.rmSync(making, { recursive: true, force: true });
  }
}

/** Installs the agents of these names that are missing or of another version, all at once. @throws when npm cannot */
export async function installAgents(agents, say) {
  const missing = agents.filter((agent) => installedVersion(agent) !== AGENTS[agent].version);
  if (!missing.length) return;
  const at = performance.now();
  say(`Installing ${missing.map((agent) => `${agent} ${AGENTS[agent].version}`).join(', ')} ...`);
  await Promise.all(missing.map(install));
  say(`Installing: done in ${seconds(at)}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const asked = process.argv.slice(2);
  const unknown = asked.find((agent) => !Object.hasOwn(AGENTS, agent));
  try {
    if (unknown) throw new Error(`unknown agent ${unknown}; known are ${Object.keys(AGENTS).join(', ')}`);
    await installAgents(asked.length ? asked : Object.keys(AGENTS), (line) => console.error(line));
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
