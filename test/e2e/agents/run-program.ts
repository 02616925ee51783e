import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

const CACHE = path.resolve(__dirname, '../../../.cache/agents');
const RUN_LIMIT_MS = 90_000;

/** A file of an installed agent. @throws when the agent is not installed. */
export function agentFile(agent: string, file: string): string {
  const found = path.join(CACHE, agent, 'node_modules', file);
  if (existsSync(found)) return found;
  throw new Error(`${agent} is not installed: run \`node tools/install-agents.mjs ${agent}\``);
}

export interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Created when it is missing. */
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The whole group: agents start shells and native programs of their own. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** Runs a program once without a terminal. Nothing of the caller's own environment but PATH reaches it. */
export function runProgram(run: ProgramRun): Promise<ProgramResult> {
  mkdirSync(run.home, { recursive: true });
  const child = spawn(run.command, [...run.args], {
    cwd: run.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { PATH: process.env['PATH'], HOME: run.home, USERPROFILE: run.home, ...run.env },
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString('utf8')));
  const timer = setTimeout(() => endGroup(child.pid), RUN_LIMIT_MS);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      endGroup(child.pid);
      resolve({ exitCode, ...out });
    });
  });
}

/** The lines of an output that are JSON objects. */
export function jsonLines<T>(output: string): T[] {
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      return [JSON.parse(line) as T];
    } catch {
      return [];
    }
  });
}

/** A JSON text somewhere in an output, from the first opening bracket to the last closing one. */
export function jsonWithin<T>(output: string, brackets: '{}' | '[]'): T | undefined {
  const [from, to] = [output.indexOf(brackets.charAt(0)), output.lastIndexOf(brackets.charAt(1))];
  try {
    return from < 0 ? undefined : (JSON.parse(output.slice(from, to + 1)) as T);
  } catch {
    return undefined;
  }
}
