import { GatewayError, toRfc3339 } from '@turnpike/kernel';
import type { Pool } from 'pg';
import type { CostReport, CostReportQuery, ReportMeasures, ReportRow } from '../domain/cost-report';
import { costReportStatement } from './cost-report-sql';

/** A call is readable this long after its end at the latest, while its gateway reaches the store. */
const WRITE_DELAY_MS = 2_000;
/** Longest report that is held in memory; longer ones are streamed. */
const MOST_ROWS = 50_000;
const FETCH_ROWS = 2_000;

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

const reportRow = (row: SumsRow, groupBy: readonly string[]): ReportRow => ({
  ...Object.fromEntries(groupBy.map((name, i) => [name, row[`d${i}`] ?? null])),
  ...measuresOf(row),
});

/** The server may know fewer zones than this runtime; that is the caller's to mend. */
function explained(error: unknown, query: CostReportQuery): unknown {
  const unknownZone = error instanceof Error && 'code' in error && error.code === '22023';
  if (!unknownZone) return error;
  return new GatewayError('invalid_request', `The database does not know the time zone ${query.tz}.`, {
    param: 'tz',
    cause: error,
  });
}

/**
 * Aggregated in SQL, rows and totals alike. `priceVersion`: of the price book in use.
 * @throws GatewayError invalid_request for a report of more than 50,000 rows.
 */
export async function costReport(
  pool: Pool,
  query: CostReportQuery,
  priceVersion: string,
): Promise<CostReport> {
  const { text, values } = costReportStatement(query);
  const statement = `${text}\nLIMIT ${MOST_ROWS + 2}`;
  const { rows } = await pool.query<SumsRow>(statement, [...values]).catch((error: unknown) => {
    throw explained(error, query);
  });
  const [totals, ...groups] = rows;
  if (!totals?.total) throw new Error('the report came back without totals');
  if (groups.length > MOST_ROWS) {
    throw new GatewayError(
      'invalid_request',
      `This report has more than ${MOST_ROWS} rows: narrow it, group it more coarsely, or take it as CSV.`,
    );
  }
  return {
    from: toRfc3339(query.fromMs),
    to: toRfc3339(query.toMs),
    tz: query.tz,
    groupBy: query.groupBy,
    completeUntil: toRfc3339(Math.min(query.toMs, totals.now.getTime() - WRITE_DELAY_MS)),
    priceVersion,
    rows: groups.map((row) => reportRow(row, query.groupBy)),
    totals: measuresOf(totals),
  };
}

/** The rows of the same report one after the other, in flat memory. The consumer must end or return the iteration. */
export async function* streamCostReportRows(pool: Pool, query: CostReportQuery): AsyncGenerator<ReportRow> {
  const { text, values } = costReportStatement(query);
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN READ ONLY');
    await client.query(`DECLARE report NO SCROLL CURSOR FOR ${text}`, [...values]);
    for (;;) {
      const { rows } = await client.query<SumsRow>(`FETCH ${FETCH_ROWS} FROM report`);
      for (const row of rows) if (!row.total) yield reportRow(row, query.groupBy);
      if (rows.length < FETCH_ROWS) break;
    }
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw explained(error, query);
  } finally {
    if (!broken) await client.query('ROLLBACK').catch((error: Error) => (broken = error));
    client.release(broken);
  }
}
