import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { GatewayError } from '@turnpike/kernel';
import { binaryPath } from './platform-binaries';
import { serverEnvironment, type ServerAccount } from './server-account';

export const SUPERUSER = 'turnpike';

export interface ClusterPlace {
  readonly native: string;
  readonly version: string;
  /** Directory that holds `data`. */
  readonly files: string;
  readonly account: ServerAccount | undefined;
}

const give = (file: string, account: ServerAccount | undefined): void => {
  if (account !== undefined) fs.chownSync(file, account.uid, account.gid);
};

/**
 * Runs initdb once. The cluster is made beside its place and renamed, so that an interrupted start leaves none.
 * @throws GatewayError store_unavailable with the last line initdb printed.
 */
export async function createCluster(place: ClusterPlace, password: string): Promise<void> {
  for (const name of fs.readdirSync(place.files)) {
    if (name.startsWith('data.new'))
      fs.rmSync(path.join(place.files, name), { recursive: true, force: true });
  }
  const draft = path.join(place.files, `data.new-${randomBytes(4).toString('hex')}`);
  const passwordFile = `${draft}.password`;
  fs.mkdirSync(draft, { mode: 0o700 });
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  give(draft, place.account);
  give(passwordFile, place.account);
  try {
    await runInitdb(place, ['-D', draft, `--pwfile=${passwordFile}`]);
    fs.renameSync(draft, path.join(place.files, 'data'));
  } finally {
    fs.rmSync(passwordFile, { force: true });
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

const INITDB = ['-U', SUPERUSER, '-A', 'scram-sha-256', '-E', 'UTF8', '--locale', 'C', '--no-instructions'];

function runInitdb(place: ClusterPlace, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(binaryPath(place.native, 'initdb'), [...INITDB, ...args], {
      ...place.account,
      cwd: place.files,
      env: serverEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const fail = (why: string): void =>
      reject(
        new GatewayError(
          'store_unavailable',
          `The embedded Postgres could not create its files in ${place.files}: ${why}`,
        ),
      );
    child.on('error', (error) => fail(error.message));
    child.on('close', (code) =>
      code === 0 ? resolve() : fail(output.trim().split('\n').at(-1) ?? `initdb ended with ${code}`),
    );
  });
}
