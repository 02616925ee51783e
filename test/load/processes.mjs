/** Starts the processes of a bench, each on one core, and reads what they cost. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const TICKS_PER_S = Number(spawnSync('getconf', ['CLK_TCK']).stdout?.toString().trim() || 100);
const hasTaskset = spawnSync('taskset', ['--version']).status === 0;

/** `core` is a number, or undefined to leave the choice to the system. Resolves once `ready(line)` gives something. */
export function startProcess(args, { core, env = {}, ready, limitMs = 60_000, cwd }) {
  const command =
    hasTaskset && core !== undefined
      ? ['taskset', '-c', String(core), process.execPath, ...args]
      : [process.execPath, ...args];
  const child = spawn(command[0], command.slice(1), {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let text = '';
    let found;
    const timer = setTimeout(() => reject(new Error(`${args[0]} is not ready`)), limitMs);
    child.on('exit', (code) => found === undefined && reject(new Error(`${args[0]} ended with ${code}`)));
    child.stdout.on('data', (data) => {
      if (found !== undefined) return;
      text += data;
      const lines = text.split('\n');
      text = lines.pop();
      for (const line of lines) found ??= ready(line);
      if (found === undefined) return;
      clearTimeout(timer);
      resolve({ child, pid: child.pid, ...found });
    });
  });
}

export function stopProcess({ child }) {
  return new Promise((resolve) => {
    child.on('exit', resolve);
    child.kill('SIGTERM');
  });
}

/** CPU time of a process, user and system, in microseconds. */
export function cpuMicros(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_S) * 1e6;
}

/** Resident memory of a process in MB. */
export function rssMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}
