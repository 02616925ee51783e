import type { Pool } from 'pg';

/**
 * Makes the ledger's partitions of this month and the next ones. What a late call of it left in the default partition
 * moves into its month.
 */
export async function ensureLedgerMonths(pool: Pool, nowMs: number, monthsAhead = 2): Promise<void> {
  for (let ahead = 0; ahead <= monthsAhead; ahead++) {
    await pool.query(`SELECT ledger.ensure_month($1::timestamptz + make_interval(months => $2))`, [
      new Date(nowMs),
      ahead,
    ]);
  }
}
