import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Agent, AgentAnswer, AgentRun } from './agent';
import { agentFile, jsonLines, runProgram } from './run-program';

interface OpencodeEvent {
  readonly type: string;
  readonly sessionID?: string;
  readonly part?: { readonly text?: string };
}

/** The client API that it speaks is that of the package which makes its requests. */
const BASE_PATHS = {
  '@ai-sdk/openai-compatible': '/v1',
  '@ai-sdk/openai': '/v1',
  '@ai-sdk/anthropic': '/v1',
  '@ai-sdk/google': '/v1beta',
} as const;
export type OpencodePackage = keyof typeof BASE_PATHS;
export const OPENCODE_PACKAGES = Object.keys(BASE_PATHS) as readonly OpencodePackage[];

/** The native program; its package's own installer only copies it. */
function findProgram(): string {
  const packages = path.dirname(agentFile('opencode', 'opencode-ai'));
  const built = readdirSync(packages).filter(
    (name) => name.startsWith('opencode-') && name !== 'opencode-ai',
  );
  const preferred = built.find((name) => !name.includes('baseline')) ?? built[0] ?? 'opencode-none';
  const program = process.platform === 'win32' ? 'opencode.exe' : 'opencode';
  return agentFile('opencode', path.join(preferred, 'bin', program));
}

const settings = (npm: OpencodePackage, run: AgentRun): string =>
  JSON.stringify({
    autoupdate: false,
    share: 'disabled',
    enabled_providers: ['turnpike'],
    permission: 'allow',
    provider: {
      turnpike: {
        npm,
        name: 'Turnpike',
        options: { baseURL: `${run.url}${BASE_PATHS[npm]}`, apiKey: run.key },
        models: {
          [run.model]: {
            name: run.model,
            reasoning: true,
            tool_call: true,
            attachment: true,
            modalities: { input: ['text', 'image'], output: ['text'] },
            limit: { context: 200_000, output: 8_000 },
          },
        },
      },
    },
  });

async function runWith(npm: OpencodePackage, run: AgentRun): Promise<AgentAnswer> {
  const { exitCode, stdout, stderr } = await runProgram({
    command: findProgram(),
    args: [
      'run',
      '--format',
      'json',
      '--model',
      `turnpike/${run.model}`,
      // Without a title it asks the model for one at the same time.
      ...(run.session === undefined ? ['--title', 'Errand'] : ['--session', run.session]),
      run.prompt,
    ],
    cwd: run.project,
    home: run.home,
    env: {
      OPENCODE_CONFIG_CONTENT: settings(npm, run),
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      // It installs a package of its own at every start, if it can.
      npm_config_offline: 'true',
      npm_config_registry: 'http://127.0.0.1:9/',
    },
  });
  const events = jsonLines<OpencodeEvent>(stdout);
  return {
    exitCode,
    text: events.findLast((event) => event.type === 'text')?.part?.text ?? '',
    session: events.find((event) => event.sessionID !== undefined)?.sessionID ?? '',
    output: `${stdout}\n${stderr}`,
  };
}

/** Any of the four client APIs. */
export const opencode = (npm: OpencodePackage): Agent => ({
  name: 'opencode',
  models: ['any-model'],
  run: (run) => runWith(npm, run),
  read: (file) => ({ toolName: 'read', toolArgs: { filePath: file } }),
  look: (file) => ({ toolName: 'read', toolArgs: { filePath: file } }),
});
