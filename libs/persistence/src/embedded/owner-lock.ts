import fs from 'node:fs';
import path from 'node:path';
import { GatewayError } from '@turnpike/kernel';
import { isAlive, startOf } from './process-table';

interface Owner {
  readonly pid: number;
  readonly start: string;
}

const parseOwner = (text: string): Owner | undefined => {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return undefined; // cut short by a crash: nobody's
  }
};

const isRunning = (owner: Owner | undefined): owner is Owner =>
  owner !== undefined && isAlive(owner.pid) && startOf(owner.pid) === owner.start;

/**
 * One data directory has one owner at a time. Returns the release.
 * @throws GatewayError store_unavailable when a living process holds it.
 */
export function lockOwner(home: string): () => void {
  const file = path.join(home, 'owner.json');
  const mine = JSON.stringify({ pid: process.pid, start: startOf(process.pid) });
  for (let tries = 0; tries < 5; tries++) {
    if (tryCreate(file, mine)) return () => fs.rmSync(file, { force: true });
    removeStale(file);
  }
  throw new GatewayError('store_unavailable', `Several starts compete for ${home}: try again.`);
}

/** A link appears with its content, so that nobody reads a half-written owner. */
function tryCreate(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}.new`;
  fs.writeFileSync(draft, content, { mode: 0o600 });
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Moves the dead owner's file away; if somebody else's came in between, puts it back. */
function removeStale(file: string): void {
  const text = readText(file);
  if (text === undefined) return;
  const owner = parseOwner(text);
  if (isRunning(owner)) {
    throw new GatewayError(
      'store_unavailable',
      `Another Turnpike (process ${owner.pid}) is running on ${path.dirname(path.dirname(file))}: stop it, or choose another data directory.`,
    );
  }
  const aside = `${file}.${process.pid}`;
  try {
    fs.renameSync(file, aside);
  } catch {
    return;
  }
  if (readText(aside) !== text) fs.linkSync(aside, file);
  fs.rmSync(aside, { force: true });
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
