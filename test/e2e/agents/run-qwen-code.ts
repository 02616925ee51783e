import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Agent, AgentAnswer, AgentRun } from './agent';
import { agentFile, jsonWithin, runProgram } from './run-program';

interface QwenEvent {
  readonly type: string;
  readonly result?: string;
  readonly session_id?: string;
}

/** The client API that it speaks follows from how it authenticates. */
export const QWEN_AUTH_TYPES = ['openai', 'openai-responses', 'anthropic', 'gemini'] as const;
export type QwenAuthType = (typeof QWEN_AUTH_TYPES)[number];

const settings = (authType: QwenAuthType): unknown => ({
  security: { auth: { selectedType: authType }, folderTrust: { enabled: false } },
  general: { enableAutoUpdate: false, disableAutoUpdate: true, disableUpdateNag: true },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
  // Else a second request after each answer asks what is worth remembering.
  memory: { enableManagedAutoMemory: false, enableManagedAutoDream: false },
});

function environment(authType: QwenAuthType, { url, key, model }: AgentRun): Record<string, string> {
  switch (authType) {
    case 'openai':
    case 'openai-responses':
      return { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: model };
    case 'anthropic':
      return { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url, ANTHROPIC_MODEL: model };
    case 'gemini':
      return { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url, GEMINI_MODEL: model };
  }
}

async function runWith(authType: QwenAuthType, run: AgentRun): Promise<AgentAnswer> {
  mkdirSync(path.join(run.home, '.qwen'), { recursive: true });
  writeFileSync(path.join(run.home, '.qwen/settings.json'), JSON.stringify(settings(authType)));
  const { exitCode, stdout, stderr } = await runProgram({
    command: process.execPath,
    args: [
      agentFile('qwen-code', '@qwen-code/qwen-code/cli.js'),
      '--auth-type',
      authType,
      '--model',
      run.model,
      '--yolo',
      '--output-format',
      'json',
      ...(run.session === undefined ? [] : ['--resume', run.session]),
      run.prompt,
    ],
    cwd: run.project,
    home: run.home,
    env: environment(authType, run),
  });
  const events = jsonWithin<QwenEvent[]>(stdout, '[]') ?? [];
  const last = events.findLast((event) => event.type === 'result');
  return {
    exitCode,
    text: last?.result ?? '',
    session: last?.session_id ?? '',
    output: `${stdout}\n${stderr}`,
  };
}

/** Any of the four client APIs. */
export const qwenCode = (authType: QwenAuthType): Agent => ({
  name: 'qwen-code',
  // A name of which it believes that the model sees images.
  models: ['gpt-4o'],
  run: (run) => runWith(authType, run),
  read: (file) => ({ toolName: 'read_file', toolArgs: { file_path: file } }),
  look: (file) => ({ toolName: 'read_file', toolArgs: { file_path: file } }),
});
