/** Children of the commands: output kept for the case of failure, signals forwarded, nothing left behind. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const KILL_AFTER_MS = 5000;
const running = new Set();
let interrupted;

function signalGroup(child, signal) {
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    /* gone already */
  }
}

/** A signal ends every child with its group; the command's own clean-up goes on from there. */
function onSignal(signal) {
  interrupted = signal;
  for (const child of running) {
    signalGroup(child, 'SIGTERM');
    setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS).unref();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const listeners = SIGNALS.map((signal) => [signal, () => onSignal(signal)]);

/** From here on signals are ours; `releaseSignals` gives them back (to the product, when it starts in this process). */
export function holdSignals() {
  for (const [signal, listener] of listeners) process.on(signal, listener);
}

export function releaseSignals() {
  for (const [signal, listener] of listeners) process.off(signal, listener);
}

export const wasInterrupted = () => interrupted !== undefined;
/** What a shell reports for a process ended by that signal. */
export const interruptedCode = () => 128 + (constants.signals[interrupted] ?? 15);

/**
 * Runs a program in a group of its own. `quiet` keeps its output (both streams) instead of showing it.
 * Resolves with { code, output }; never rejects: a program that cannot start has code 127.
 */
export function runChild(command, args, { quiet = false, env = {}, cwd = root } = {}) {
  if (wasInterrupted()) return Promise.resolve({ code: interruptedCode(), output: '' });
  return new Promise((resolve) => {
    const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio,
      detached: process.platform !== 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    running.add(child);
    const end = (code) => {
      running.delete(child);
      resolve({ code, output });
    };
    child.on('error', (error) => ((output += error.message), end(127)));
    child.on('close', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** A program of node_modules, run by this very Node. */
export const runTool = (script, args, options) =>
  runChild(process.execPath, [path.join(root, 'node_modules', script), ...args], options);

/** npm as the caller runs it; without npm around us, the one on PATH. */
export function runNpm(args, options) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return runChild(process.execPath, [cli, ...args], options);
  return process.platform === 'win32' ? runChild('npm.cmd', args, options) : runChild('npm', args, options);
}

export const seconds = (sinceMs) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
