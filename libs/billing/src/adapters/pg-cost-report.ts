import { toRfc3339 } from '@turnpike/kernel';
import type { Pool } from 'pg';
import type { CostReport, CostReportQuery, ReportMeasures, ReportRow } from '../domain/cost-report';
import { costReportStatement } from './cost-report-sql';

/** A call is readable this long after its end at the latest, while its gateway reaches the store. */
const WRITE_DELAY_MS = 2_000;

interface SumsRow {
  readonly total: boolean;
  readonly now: Date;
  readonly calls: number;
  readonly attempts: number;
  readonly unpriced_calls: number;
  readonly cost: string;
  readonly delivered: string;
  readonly waste: string;
  readonly estimated: string;
  readonly cache_savings: string;
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly output: number;
  readonly reasoning: number;
  readonly [label: `d${number}`]: string | null;
}

const measuresOf = (row: SumsRow): ReportMeasures => ({
  calls: row.calls,
  attempts: row.attempts,
  costUsd: row.cost,
  deliveredCostUsd: row.delivered,
  wasteCostUsd: row.waste,
  cacheSavingsUsd: row.cache_savings,
  tokens: {
    input: row.input,
    cacheRead: row.cache_read,
    cacheWrite: row.cache_write,
    output: row.output,
    reasoning: row.reasoning,
  },
  estimatedCostUsd: row.estimated,
  unpricedCalls: row.unpriced_calls,
});

const labelsOf = (row: SumsRow, groupBy: readonly string[]): Record<string, string | null> =>
  Object.fromEntries(groupBy.map((name, i) => [name, row[`d${i}`] ?? null]));

/** Aggregated in SQL, rows and totals alike. `priceVersion`: of the price book in use. */
export async function costReport(
  pool: Pool,
  query: CostReportQuery,
  priceVersion: string,
): Promise<CostReport> {
  const { text, values } = costReportStatement(query);
  const { rows } = await pool.query<SumsRow>(text, [...values]);
  const totals = rows.find((row) => row.total);
  if (!totals) throw new Error('the report came back without totals');
  return {
    from: toRfc3339(query.fromMs),
    to: toRfc3339(query.toMs),
    tz: query.tz,
    groupBy: query.groupBy,
    completeUntil: toRfc3339(Math.min(query.toMs, totals.now.getTime() - WRITE_DELAY_MS)),
    priceVersion,
    rows: rows
      .filter((row) => !row.total)
      .map((row): ReportRow => ({ ...labelsOf(row, query.groupBy), ...measuresOf(row) })),
    totals: measuresOf(totals),
  };
}
