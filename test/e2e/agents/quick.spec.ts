import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { UPSTREAMS } from '../sdk-matrix/open-matrix';
import { AgentStage, SECRET } from './agent-stage';
import { claudeCode } from './run-claude-code';
import { codex } from './run-codex';
import { geminiCli } from './run-gemini-cli';

/** One agent per client API of coding agents, of those that install and start within seconds. */
const AGENTS = [claudeCode, codex, geminiCli];
const INSTALL_LIMIT_MS = 600_000;
const ROOT = path.resolve(__dirname, '../../..');

let stage: AgentStage;

/** The one suite of agents that `npm test` runs: it brings its programs itself. */
beforeAll(async () => {
  await promisify(execFile)(
    process.execPath,
    ['tools/install-agents.mjs', ...AGENTS.map((agent) => agent.name)],
    { cwd: ROOT },
  );
  stage = await AgentStage.open(AGENTS.map((agent) => agent.models[0]));
}, INSTALL_LIMIT_MS);
afterAll(() => stage?.close(), 30_000);

describe.each(AGENTS)('$name', (agent) => {
  it.each(UPSTREAMS)(
    'works with a tool in front of a %s provider',
    async (upstream) => {
      const order = agent.read(stage.note);
      const plan = { tool: 1, ...order, text: 'I have read it.' };
      const { answer, seen } = await stage.send(agent, { upstream, plan });
      expect(seen.map((entry) => entry.complaint ?? entry.raw.includes(SECRET))).toEqual([false, true]);
      expect([answer.exitCode, answer.text]).toEqual([0, 'I have read it.']);
    },
    100_000,
  );
});
