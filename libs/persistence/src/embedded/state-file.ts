import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { GatewayError } from '@turnpike/kernel';

/** What one data directory remembers about its server. Mode 0600: it holds the password. */
export interface ServerState {
  /** Names the directory under /var/tmp when the files cannot lie in the data directory. */
  readonly id: string;
  readonly password: string;
  /** The port of the last start; kept so that tools can be pointed at it. */
  readonly port?: number;
  /** Absolute; where the files went when the data directory was closed to the server's account. */
  readonly relocatedTo?: string;
}

const file = (home: string): string => path.join(home, 'state.json');

/** The state kept in `home`, or a fresh one that is not written yet. */
export function readState(home: string): ServerState {
  let text: string;
  try {
    text = fs.readFileSync(file(home), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(home, error);
    return { id: randomBytes(8).toString('hex'), password: randomBytes(24).toString('hex') };
  }
  try {
    return JSON.parse(text) as ServerState;
  } catch (error) {
    throw unreadable(home, error);
  }
}

const unreadable = (home: string, cause: unknown): GatewayError =>
  new GatewayError(
    'store_unavailable',
    `Cannot read ${file(home)}: start as the user who created it, or delete the data directory to begin anew.`,
    { cause },
  );

/** Replaces the file in one step, so that a crash leaves the old or the new one. */
export function writeState(home: string, state: ServerState): void {
  const next = `${file(home)}.${process.pid}`;
  fs.writeFileSync(next, JSON.stringify(state, null, 2) + '\n', { mode: 0o600 });
  fs.renameSync(next, file(home));
}
