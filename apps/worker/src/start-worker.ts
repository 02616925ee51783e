import { adoptSpools } from '@turnpike/billing/adapters/adopt-spools';
import { PgCallWriter } from '@turnpike/billing/adapters/pg-call-writer';
import { ensureLedgerMonths } from '@turnpike/billing/adapters/pg-ledger-months';
import type { Logger } from '@turnpike/telemetry';
import type { Pool } from 'pg';
import { RepeatedJob } from './repeated-job';

const HOUR_MS = 3_600_000;

export interface WorkerOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** Where processes of this host leave the spools of their ledgers. */
  readonly dataDir: string;
}

export interface RunningWorker {
  /** Every job went through at least once. */
  readonly ready: () => boolean;
  stop(): Promise<void>;
}

/** Background work: the ledger's months ahead of time, and what gone processes left in their spools. */
export async function startWorker({ pool, log, dataDir }: WorkerOptions): Promise<RunningWorker> {
  const months = new RepeatedJob({
    name: 'ledger-months',
    everyMs: HOUR_MS,
    retryMs: 10_000,
    log,
    run: () => ensureLedgerMonths(pool, Date.now()),
  });
  const spools = new RepeatedJob({
    name: 'ledger-spools',
    everyMs: HOUR_MS / 4,
    log,
    run: async () => {
      const calls = await adoptSpools({ folder: dataDir, writer: new PgCallWriter(pool), log });
      if (calls > 0) log.warn({ calls }, 'calls that a gone process left in its spool are in the ledger now');
    },
  });
  await months.start();
  void spools.start();
  return {
    ready: () => months.lastOkMs !== undefined,
    stop: async () => {
      await Promise.all([months.stop(), spools.stop()]);
    },
  };
}
