import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Agent, AgentAnswer, AgentRun } from './agent';
import { agentFile, jsonWithin, runProgram } from './run-program';

interface Said {
  readonly session_id?: string;
  readonly response?: string;
}

const SETTINGS = {
  security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
  general: { enableAutoUpdate: false, disableAutoUpdate: true, disableUpdateNag: true },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
};

async function run(run: AgentRun): Promise<AgentAnswer> {
  mkdirSync(path.join(run.home, '.gemini'), { recursive: true });
  writeFileSync(path.join(run.home, '.gemini/settings.json'), JSON.stringify(SETTINGS));
  const { exitCode, stdout, stderr } = await runProgram({
    command: process.execPath,
    args: [
      agentFile('gemini-cli', '@google/gemini-cli/bundle/gemini.js'),
      '--model',
      run.model,
      '--yolo',
      '--skip-trust',
      '--output-format',
      'json',
      ...(run.session === undefined ? [] : ['--resume', run.session]),
      '--prompt',
      run.prompt,
    ],
    cwd: run.project,
    home: run.home,
    env: { GEMINI_API_KEY: run.key, GOOGLE_GEMINI_BASE_URL: run.url },
  });
  const said = jsonWithin<Said>(stdout, '{}');
  return {
    exitCode,
    text: said?.response ?? '',
    // It takes no id, only a place in its list.
    session: said?.session_id === undefined ? '' : 'latest',
    output: `${stdout}\n${stderr}`,
  };
}

/** Gemini generateContent. */
export const geminiCli: Agent = {
  name: 'gemini-cli',
  models: ['gemini-2.5-pro'],
  run,
  read: (file) => ({ toolName: 'read_file', toolArgs: { file_path: file } }),
  look: (file) => ({ toolName: 'read_file', toolArgs: { file_path: file } }),
};
