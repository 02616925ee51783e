/** Starts the processes of a bench, each on one core, and reads what they cost. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const NS_PER_US = 1000;
/** Kernels built without the scheduler's own figures have none; there time is told in ticks of 10 ms. */
const isExact = existsSync('/proc/self/schedstat');
const TICKS_PER_S = Number(spawnSync('getconf', ['CLK_TCK']).stdout?.toString().trim() || 100);
const hasTaskset = spawnSync('taskset', ['--version']).status === 0;

const STOP_MS = 15_000;

/** `core` is a number, or undefined to leave the choice to the system. */
export function startCommand(command, { core, env = {}, stdio }) {
  const line = hasTaskset && core !== undefined ? ['taskset', '-c', String(core), ...command] : [...command];
  return spawn(line[0], line.slice(1), { env: { ...process.env, ...env }, stdio });
}

/** A Node process. Resolves once `ready(line)` gives something; `stop()` ends it. */
export function startProcess(args, { core, env, ready, limitMs = 60_000 }) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const child = startCommand([process.execPath, ...args], { core, env, stdio });
  return new Promise((resolve, reject) => {
    let text = '';
    let found;
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${args[0]} is not ready`));
    }, limitMs);
    child.on('exit', (code) => {
      clearTimeout(timer);
      if (found === undefined) reject(new Error(`${args[0]} ended with ${code}`));
    });
    child.stdout.on('data', (data) => {
      if (found !== undefined) return;
      text += data;
      const lines = text.split('\n');
      text = lines.pop();
      for (const line of lines) found ??= ready(line);
      if (found === undefined) return;
      clearTimeout(timer);
      resolve({ child, pid: child.pid, stop: () => stopProcess({ child }), ...found });
    });
  });
}

/** Asks first; whoever has not ended after 15 s is ended. */
export function stopProcess({ child }) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.on('exit', () => resolve(clearTimeout(timer)));
    child.kill('SIGTERM');
  });
}

/** CPU time of a process, user and system, in microseconds. Its threads have to live on: those that ended are left out. */
export function cpuMicros(pid) {
  if (!isExact) return cpuMicrosByTicks(pid);
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`))
    ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]);
  return ns / NS_PER_US;
}

function cpuMicrosByTicks(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_S) * 1e6;
}

/** Resident memory of a process in MB. */
export function rssMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}
