import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CallWriter } from '../domain/call-writer';
import type { LedgerLog } from '../domain/ledger-log';
import { FileCallSpool } from './file-call-spool';
import { InsistentWriter } from './insistent-writer';

export interface AdoptSpoolsOptions {
  readonly folder: string;
  readonly writer: CallWriter;
  readonly log: LedgerLog;
  /** A spool is left behind when nobody wrote to it for this long. Default 10 minutes. */
  readonly idleMs?: number;
  readonly settleMs?: number;
}

const SPOOL = /^(.*ledger-spool.*\.jsonl)(?:\.[0-9a-f-]{36}\.replay)?$/;
const BATCH_CALLS = 500;

/**
 * Writes what processes that are gone left in their spools. A living owner loses nothing by it: calls have ids, and
 * its next line goes to a fresh file. Resolves with the number of calls written.
 */
export async function adoptSpools(options: AdoptSpoolsOptions): Promise<number> {
  const { folder, writer, log, idleMs = 600_000, settleMs = 2_000 } = options;
  let written = 0;
  for (const file of await idleSpools(folder, idleMs)) {
    const insistent = new InsistentWriter({ writer, log, spool: new FileCallSpool(file, log, settleMs) });
    await insistent.replaySpool(BATCH_CALLS, () => Promise.resolve());
    written += insistent.counts.writtenCalls;
  }
  return written;
}

async function idleSpools(folder: string, idleMs: number): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const idle = new Set<string>();
  for (const name of names) {
    const base = SPOOL.exec(name)?.[1];
    if (base === undefined) continue;
    const found = await stat(path.join(folder, name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs >= idleMs) idle.add(path.join(folder, base));
  }
  return [...idle].sort();
}
