import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/** True while the process exists, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readProc(pid, 'status') ?? '');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Command line of a process; '' when it cannot be told. */
export function commandOf(pid: number): string {
  const line = readProc(pid, 'cmdline');
  if (line !== undefined) return line.replaceAll('\0', ' ').trim();
  if (process.platform === 'win32' || process.platform === 'linux') return '';
  return ps(pid, 'command=');
}

/** What tells two processes with the same id apart: when it started. '' when it cannot be told. */
export function startOf(pid: number): string {
  const stat = readProc(pid, 'stat');
  // Field 22; the name in parentheses before it may hold spaces.
  if (stat !== undefined) return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  if (process.platform === 'win32' || process.platform === 'linux') return '';
  return ps(pid, 'lstart=');
}

function readProc(pid: number, name: string): string | undefined {
  try {
    return fs.readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return undefined;
  }
}

const ps = (pid: number, column: string): string =>
  spawnSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
