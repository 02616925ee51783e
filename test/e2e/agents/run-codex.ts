import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Agent, AgentAnswer, AgentRun } from './agent';
import { agentFile, jsonLines, runProgram } from './run-program';

interface CodexEvent {
  readonly type: string;
  readonly thread_id?: string;
  readonly item?: { readonly type: string; readonly text?: string };
}

/** Without plug-ins it asks nobody but the configured provider. */
const settings = (url: string): string => `
model_provider = "turnpike"
check_for_update_on_startup = false
[analytics]
enabled = false
[features]
plugins = false
[model_providers.turnpike]
name = "Turnpike"
base_url = "${url}/v1"
wire_api = "responses"
env_key = "TURNPIKE_KEY"
`;

async function run(run: AgentRun): Promise<AgentAnswer> {
  const codexHome = path.join(run.home, '.codex');
  mkdirSync(codexHome, { recursive: true });
  writeFileSync(path.join(codexHome, 'config.toml'), settings(run.url));
  const { exitCode, stdout, stderr } = await runProgram({
    command: process.execPath,
    args: [
      agentFile('codex', '@openai/codex/bin/codex.js'),
      'exec',
      ...(run.session === undefined ? [] : ['resume']),
      '--json',
      '--skip-git-repo-check',
      '--dangerously-bypass-approvals-and-sandbox',
      '--model',
      run.model,
      ...(run.session === undefined ? [] : [run.session]),
      run.prompt,
    ],
    cwd: run.project,
    home: run.home,
    env: { CODEX_HOME: codexHome, TURNPIKE_KEY: run.key },
  });
  const events = jsonLines<CodexEvent>(stdout);
  const last = events.findLast((event) => event.item?.type === 'agent_message');
  return {
    exitCode,
    text: last?.item?.text ?? '',
    session: events.find((event) => event.thread_id !== undefined)?.thread_id ?? '',
    output: `${stdout}\n${stderr}`,
  };
}

/** OpenAI Responses. */
export const codex: Agent = {
  name: 'codex',
  models: ['any-model'],
  run,
  read: (file) => ({ toolName: 'exec_command', toolArgs: { cmd: `cat ${file}` } }),
  look: (file) => ({ toolName: 'view_image', toolArgs: { path: file } }),
};
