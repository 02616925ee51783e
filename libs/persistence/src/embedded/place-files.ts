import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { GatewayError } from '@turnpike/kernel';
import { binaryPath, restoreBinaries, type ServerBinaries } from './platform-binaries';
import { canEnter, canRun, type ServerAccount } from './server-account';

/** World-readable and kept over reboots: where files go that the server's account cannot reach at home. */
const OPEN_PLACE = '/var/tmp';

/**
 * A directory of natives that the account can run: the package's own, else a copy made once per version.
 * @throws GatewayError store_unavailable when neither runs.
 */
export function placeBinaries(binaries: ServerBinaries, account: ServerAccount | undefined): string {
  const usable = (native: string): boolean => canRun(account, binaryPath(native, 'postgres'));
  restoreBinaries(binaries.native);
  if (usable(binaries.native)) return binaries.native;
  if (account === undefined) throw broken(binaries.native);
  const copy = path.join(OPEN_PLACE, `turnpike-postgres-${binaries.version}`, 'native');
  if (!isTrusted(path.dirname(copy))) copyNatives(binaries.native, path.dirname(copy));
  if (!usable(copy)) throw broken(copy);
  return copy;
}

const broken = (native: string): GatewayError =>
  new GatewayError(
    'store_unavailable',
    `The embedded Postgres in ${native} does not run on this machine (it needs glibc): set DATABASE_URL to a PostgreSQL server.`,
  );

/** Others may write to the open place: only a directory that we own and they cannot change is taken as ours. */
function isTrusted(directory: string): boolean {
  const stat = fs.lstatSync(directory, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0) return true;
  throw new GatewayError('store_unavailable', `${directory} exists and belongs to somebody else: remove it.`);
}

function copyNatives(from: string, to: string): void {
  const draft = `${to}.${randomBytes(8).toString('hex')}`;
  fs.mkdirSync(draft, { mode: 0o755 });
  fs.chmodSync(draft, 0o755);
  const native = path.join(draft, 'native');
  fs.cpSync(from, native, { recursive: true, verbatimSymlinks: true, mode: fs.constants.COPYFILE_FICLONE });
  openToAll(native);
  try {
    fs.renameSync(draft, to);
  } catch {
    fs.rmSync(draft, { recursive: true, force: true }); // another start was faster
  }
}

/** The copy keeps the modes of a checkout with a strict umask otherwise. */
function openToAll(directory: string): void {
  fs.chmodSync(directory, 0o755);
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) openToAll(file);
    else if (entry.isFile()) fs.chmodSync(file, fs.statSync(file).mode | 0o444);
  }
}

/** Where cluster and log go: `home`, or a directory of its own in the open place when the account cannot enter home. */
export function placeFiles(home: string, id: string, account: ServerAccount | undefined): string {
  if (canEnter(account, home)) return home;
  const open = path.join(OPEN_PLACE, `turnpike-${id}`);
  if (!isTrusted(open)) {
    fs.mkdirSync(open, { mode: 0o711 });
    fs.chmodSync(open, 0o711);
    fs.writeFileSync(path.join(open, 'belongs-to'), `${home}\n`, { mode: 0o600 });
  }
  return open;
}
