import type { Pool } from 'pg';
import { BatchedLedger, type BatchedLedgerOptions } from './batched-ledger';
import { FileCallSpool } from './file-call-spool';
import { PgCallWriter } from './pg-call-writer';

export interface PgLedgerOptions extends Omit<BatchedLedgerOptions, 'writer' | 'spool'> {
  /** JSON lines of what the store did not take; read back at the next start. Give one in production. */
  readonly spoolFile?: string;
}

/** The ledger in Postgres. The pool stays open: its maker ends it after `close`. */
export class PgLedger extends BatchedLedger {
  constructor(pool: Pool, options: PgLedgerOptions = {}) {
    const { spoolFile, ...rest } = options;
    const spool = spoolFile === undefined ? undefined : new FileCallSpool(spoolFile, options.log);
    super({ ...rest, writer: new PgCallWriter(pool, (options.writeTimeoutMs ?? 15_000) - 100), spool });
  }
}
