import path from 'node:path';
import type { Agent, AgentAnswer, AgentRun } from './agent';
import { agentFile, jsonWithin, runProgram } from './run-program';

interface Said {
  readonly result?: string;
  readonly session_id?: string;
}

const argsOf = (run: AgentRun): string[] => [
  '-p',
  run.prompt,
  '--output-format',
  'json',
  '--model',
  run.model,
  ...(run.session === undefined ? [] : ['--resume', run.session]),
  '--allowedTools',
  'Read',
  'Bash(cat:*)',
  'Edit',
];

async function run(run: AgentRun): Promise<AgentAnswer> {
  const { exitCode, stdout, stderr } = await runProgram({
    command: process.execPath,
    args: [agentFile('claude-code', '@anthropic-ai/claude-code/cli-wrapper.cjs'), ...argsOf(run)],
    cwd: run.project,
    home: run.home,
    env: {
      CLAUDE_CONFIG_DIR: path.join(run.home, '.claude'),
      ANTHROPIC_BASE_URL: run.url,
      ANTHROPIC_AUTH_TOKEN: run.key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
      // Some retries show in the journal; ten would only make a failure slow.
      CLAUDE_CODE_MAX_RETRIES: '2',
    },
  });
  const said = jsonWithin<Said>(stdout, '{}');
  return {
    exitCode,
    text: said?.result ?? '',
    session: said?.session_id ?? '',
    output: `${stdout}\n${stderr}`,
  };
}

/** Anthropic Messages. It asks for thinking with a budget from models that it knows as older, else adaptively. */
export const claudeCode: Agent = {
  name: 'claude-code',
  models: ['claude-sonnet-4-5', 'claude-opus-5'],
  run,
  read: (file) => ({ toolName: 'Read', toolArgs: { file_path: file } }),
  // A second Read of one file only says that it has not changed.
  readTwice: (file) => ({ toolName: 'Bash', toolArgs: { command: `cat ${file}`, description: 'Show it' } }),
  look: (file) => ({ toolName: 'Read', toolArgs: { file_path: file } }),
};
