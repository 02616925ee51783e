import type { Pool, QueryConfig } from 'pg';
import { CallWriter } from '../domain/call-writer';
import type { CallEntry } from '../domain/ledger';
import {
  ATTEMPT_COLUMNS,
  CALL_COLUMNS,
  LINE_COLUMNS,
  type AttemptRow,
  type Column,
  type LineRow,
} from './pg-call-columns';

function insertFrom<Row>(table: string, columns: readonly Column<Row>[], firstParameter: number): string {
  const names = columns.map((c) => c.name).join(', ');
  const arrays = columns.map((c, i) => `$${firstParameter + i}::${c.type}[]`).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT * FROM unnest(${arrays}) ON CONFLICT DO NOTHING`;
}

const ATTEMPTS_FROM = CALL_COLUMNS.length + 1;
const LINES_FROM = ATTEMPTS_FROM + ATTEMPT_COLUMNS.length;

/** One statement is one transaction and one round trip. */
const INSERT_CALLS = `WITH calls AS (${insertFrom('call', CALL_COLUMNS, 1)}),
attempts AS (${insertFrom('attempt', ATTEMPT_COLUMNS, ATTEMPTS_FROM)})
${insertFrom('charge_line', LINE_COLUMNS, LINES_FROM)}`;

const arraysOf = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): unknown[][] =>
  columns.map((column) => rows.map(column.value));

function attemptRows(call: CallEntry): AttemptRow[] {
  const last = Math.max(...call.attempts.map((attempt) => attempt.n));
  return call.attempts.map((attempt) => ({ call, attempt, closes: attempt.n === last }));
}

/** pg reads a per-query limit that its types do not list; past it the connection is given up. */
type LimitedQuery = QueryConfig & { readonly query_timeout: number };

/** SQLSTATE classes in which the row itself is at fault: data, constraint, program limit. */
const REJECTIONS = new Set(['22', '23', '54']);

export class PgCallWriter extends CallWriter {
  readonly #pool: Pool;
  readonly #queryTimeoutMs: number;

  constructor(pool: Pool, queryTimeoutMs = 14_000) {
    super();
    this.#pool = pool;
    this.#queryTimeoutMs = queryTimeoutMs;
  }

  async write(calls: readonly CallEntry[]): Promise<void> {
    const attempts = calls.flatMap(attemptRows);
    const lines = attempts.flatMap(({ attempt }): LineRow[] =>
      attempt.lines.map((line) => ({ attemptId: attempt.id, line })),
    );
    const query: LimitedQuery = {
      name: 'ledger-insert-calls',
      text: INSERT_CALLS,
      values: [
        ...arraysOf(CALL_COLUMNS, calls),
        ...arraysOf(ATTEMPT_COLUMNS, attempts),
        ...arraysOf(LINE_COLUMNS, lines),
      ],
      query_timeout: this.#queryTimeoutMs,
    };
    await this.#pool.query(query);
  }

  isRejection(error: unknown): boolean {
    // RangeError: a time outside of the calendar. TypeError: an entry without a member that must be there.
    if (error instanceof RangeError || error instanceof TypeError) return true;
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
    return typeof code === 'string' && code.length === 5 && REJECTIONS.has(code.slice(0, 2));
  }
}
