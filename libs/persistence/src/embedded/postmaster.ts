import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { binaryPath } from './platform-binaries';
import { commandOf, isAlive } from './process-table';
import { serverEnvironment } from './server-account';
import type { ClusterPlace } from './create-cluster';

/** Small and quiet: a laptop shares its memory with it. Loopback only, no socket file. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '32MB',
  max_connections: '50',
  jit: 'off',
  log_checkpoints: 'off',
};

export const clusterOf = (place: ClusterPlace): string => path.join(place.files, 'data');
export const logOf = (place: ClusterPlace): string => path.join(place.files, 'postgres.log');

/** Starts the server in a session of its own: a Ctrl-C at the terminal must reach us first, not the database. */
export function spawnPostmaster(place: ClusterPlace, port: number): ChildProcess {
  // No worker processes for reads on a laptop; older servers do not know the setting.
  const settings = Object.entries(
    Number.parseInt(place.version, 10) >= 18 ? { ...SETTINGS, io_method: 'sync' } : SETTINGS,
  ).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  if (fs.existsSync(logOf(place))) fs.renameSync(logOf(place), `${logOf(place)}.previous`);
  const log = fs.openSync(logOf(place), 'w', 0o600);
  try {
    return spawn(
      binaryPath(place.native, 'postgres'),
      ['-D', clusterOf(place), '-p', String(port), ...settings],
      {
        ...place.account,
        cwd: place.files,
        env: serverEnvironment(),
        detached: true,
        stdio: ['ignore', log, log],
      },
    );
  } finally {
    fs.closeSync(log);
  }
}

/**
 * Stops the server when we are gone, however we went: it reads a pipe that only we hold open. SIGINT is Postgres' fast
 * shutdown. Windows has no such shell; there a killed gateway leaves its server, and the next start takes it over.
 */
export function watchOver(pid: number, place: ClusterPlace): () => void {
  if (process.platform === 'win32') return () => undefined;
  const script = 'trap "" INT TERM HUP; read -r line; kill -INT "$1"';
  const watcher = spawn('/bin/sh', ['-c', script, 'sh', String(pid)], {
    ...place.account,
    cwd: '/',
    env: serverEnvironment(),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => undefined); // no shell: the next start takes the server over
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return () => void watcher.kill('SIGKILL');
}

/** Process id in postmaster.pid when that process is a server on this very cluster; undefined otherwise. */
export function findOrphan(place: ClusterPlace): number | undefined {
  const file = path.join(clusterOf(place), 'postmaster.pid');
  const pid = Number.parseInt(fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '', 10);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined;
  const command = commandOf(pid);
  if (command === '' || command.includes(clusterOf(place))) return pid;
  // The id was given to another program since (a restarted container, a reboot): Postgres would refuse to start.
  fs.rmSync(file, { force: true });
  return undefined;
}

const LADDER: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 2_000],
];

/** Fast shutdown, then immediate, then kill. Resolves when the process is gone. */
export async function stopPostmaster(pid: number, place: ClusterPlace): Promise<void> {
  if (process.platform === 'win32') {
    spawnSync(binaryPath(place.native, 'pg_ctl'), ['stop', '-D', clusterOf(place), '-m', 'fast', '-w']);
    return;
  }
  for (const [signal, waitMs] of LADDER) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const until = Date.now() + waitMs;
    while (isAlive(pid) && Date.now() < until) await sleep(10);
    if (!isAlive(pid)) return;
  }
}
