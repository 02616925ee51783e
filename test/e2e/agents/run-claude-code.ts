import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

const CLI = path.resolve(
  __dirname,
  '../../../.cache/agents/claude-code/node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs',
);

export interface ClaudeRun {
  readonly prompt: string;
  /** The agent's working directory. */
  readonly project: string;
  /** An empty directory for its settings. */
  readonly home: string;
  readonly baseUrl: string;
  readonly token: string;
  readonly model: string;
  readonly allowedTools: readonly string[];
}

export interface ClaudeResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Claude Code once without a terminal. Nothing of the caller's own environment but PATH reaches it. */
export function runClaudeCode(run: ClaudeRun): Promise<ClaudeResult> {
  if (!existsSync(CLI)) throw new Error('Claude Code is not installed: run `node tools/agents-test.mjs`');
  mkdirSync(run.home, { recursive: true });
  const args = [
    '-p',
    run.prompt,
    '--output-format',
    'json',
    '--model',
    run.model,
    '--allowedTools',
    ...run.allowedTools,
  ];
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: run.project,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 90_000,
    env: {
      PATH: process.env['PATH'],
      HOME: run.home,
      CLAUDE_CONFIG_DIR: path.join(run.home, '.claude'),
      ANTHROPIC_BASE_URL: run.baseUrl,
      ANTHROPIC_AUTH_TOKEN: run.token,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
      // One retry shows in the journal; ten would only make a failure slow.
      CLAUDE_CODE_MAX_RETRIES: '1',
    },
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString('utf8')));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...out }));
  });
}
