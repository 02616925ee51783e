import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { GatewayError } from '@turnpike/kernel';

/** The account the server runs under; undefined: our own. Postgres refuses to run as root. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** Owner of an existing cluster, else `nobody`; initdb needs an account that has a passwd entry. */
export function chooseAccount(cluster: string): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const stat = fs.statSync(cluster, { throwIfNoEntry: false });
  if (stat !== undefined && stat.uid !== 0) return { uid: stat.uid, gid: stat.gid };
  const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(fs.readFileSync('/etc/passwd', 'utf8'));
  if (line === null) {
    throw new GatewayError(
      'store_unavailable',
      'The embedded Postgres cannot run as root and there is no account "nobody": start as a normal user or set DATABASE_URL.',
    );
  }
  return { uid: Number(line[1]), gid: Number(line[2]) };
}

/** Nothing of our own environment (keys, PG* settings) reaches the server. */
export const serverEnvironment = (): NodeJS.ProcessEnv | undefined =>
  process.platform === 'win32' ? undefined : { LC_ALL: 'C', PATH: '/usr/bin:/bin' };

/** True when the account can enter the directory: under a closed home it cannot. */
export function canEnter(account: ServerAccount | undefined, directory: string): boolean {
  if (account === undefined) return true;
  const probe = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  });
  return probe.status === 0;
}

/** True when the account can run the program with its libraries. */
export function canRun(account: ServerAccount | undefined, program: string): boolean {
  const probe = spawnSync(program, ['--version'], {
    ...account,
    cwd: '/',
    env: serverEnvironment(),
    stdio: 'ignore',
  });
  return probe.status === 0;
}
